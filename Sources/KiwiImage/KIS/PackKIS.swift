import KiwiBoot
import KiwiToolbox

extension Artifact {
    static let kisArchive = Artifact.file("kis.tar")
}

/// Packs the files of a network-boot image into one archive, under their result names.
public struct PackKIS: BuildStep {
    public let id = "kis"
    /// In the order of the archive.
    public var members: [ResultFile]
    /// Options of xz; nil leaves the archive as it is, because its image is compressed.
    public var compression: [String]?

    public var summary: String { "pack kernel, initrd and root file system" }
    public var reads: [Artifact] { members.map(\.artifact) + [.treeFacts, .clock] }
    public var writes: [Artifact] { [.kisArchive] }
    public var reusable: Bool { true }
    public var tools: [ToolRequirement] {
        [ToolRequirement("tar", package: "tar", to: "pack the files of the image")]
            + (compression == nil
                ? [] : [ToolRequirement("xz", package: "xz-utils", to: "compress the archive")])
    }

    public func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let clock: Int64 = try await workspace.value(.clock)
        let output = try await workspace.newFile(.kisArchive)
        let folder = "\(workspace.folders.bulk)/kis"
        try FileSystem.makeFolder(folder)
        defer { try? FileSystem.removeTree(folder) }
        var names: [String] = []
        for member in members {
            let name = member.name(kernel: facts.kernelVersion)
            let source = try await workspace.file(member.artifact)
            // The archive follows the link: nothing is copied.
            try FileSystem.makeLink("\(folder)/\(name)", to: source)
            names.append(name)
        }
        let words =
            [
                "--create", "--file=-", "--directory=\(folder)", "--format=gnu", "--sparse", "--dereference",
                "--owner=0", "--group=0", "--numeric-owner", "--mode=0644", "--mtime=@\(clock)", "--",
            ] + names
        let end: ToolCall.Output =
            compression.map { .pipe(to: ToolCall("xz", ["--stdout"] + $0, output: .file(output))) }
            ?? .file(output)
        try await workspace.runner.run(ToolCall("tar", words, output: end))
    }
}
