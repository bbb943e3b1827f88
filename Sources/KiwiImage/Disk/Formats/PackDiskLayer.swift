import KiwiDiagnostics
import KiwiToolbox

/// Packs the files of a disk as the only layer of a container: the folder `/disk`.
struct PackDiskLayer: BuildStep {
    struct File: Sendable, Hashable, Encodable {
        var artifact: Artifact
        var name: String
    }

    let id = "container.layer.0"
    @Unkeyed var because: Position?
    var files: [File]
    /// By gzip; else the plain tar.
    var compressed: Bool

    var summary: String { "pack the disk as the layer of a container" }
    var reads: [Artifact] { files.map(\.artifact) + [.clock] }
    var writes: [Artifact] { [.layerFile(0), .layerInfo(0)] }
    var tools: [ToolRequirement] {
        [FlatTar.requirement] + (compressed ? [FlatTar.gzipRequirement] : [])
    }

    func run(in workspace: Workspace) async throws {
        let clock: Int64 = try await workspace.value(.clock)
        let output = try await workspace.newFile(.layerFile(0))
        let scratch = try ScratchFolder(in: workspace.folders.scratch)
        defer { scratch.remove() }
        try FileSystem.makeFolder("\(scratch.path)/disk")
        for file in files {
            try FileSystem.makeLink(
                "\(scratch.path)/disk/\(file.name)", to: try await workspace.file(file.artifact))
        }
        var call = ToolCall(
            "tar", Self.arguments(folder: scratch.path, clock: clock), environment: ["LC_ALL": "C"],
            logPrefix: "tar: ")
        let diffID = try await NamedPipe.read(in: workspace.folders.scratch) { pipe in
            var copy = ToolCall("tee", [pipe], output: .file(output))
            if compressed { copy.output = .pipe(to: Pigz.call(to: output)) }
            call.output = .pipe(to: copy)
            try await workspace.runner.run(call)
        } reading: { descriptor in
            try Digest(readingFrom: descriptor, named: "the layer")
        }
        let digest = compressed ? try Digest(ofFile: output) : diffID
        try await workspace.set(
            .layerInfo(0),
            LayerInfo(
                diffID: "sha256:\(diffID.hex)", digest: "sha256:\(digest.hex)",
                bytes: FileSystem.size(of: output) ?? 0))
    }

    /// Files of 8 GiB need pax headers; holes are not kept, since nothing that unpacks layers knows them.
    private static func arguments(folder: String, clock: Int64) -> [String] {
        [
            "--create", "--file=-", "--directory=\(folder)", "--format=pax",
            "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime,delete=mtime", "--sort=name",
            "--numeric-owner", "--owner=0", "--group=0", "--mode=u=rwX,go=rX", "--mtime=@\(clock)",
            "--dereference", "--hard-dereference", "--", "disk",
        ]
    }
}
