import KiwiBoot
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Packs the disk and its checksum into a squashfs for the installation medium.
struct PackInstallPayload: BuildStep {
    let id = "install-payload"
    @Unkeyed var because: Position?
    /// That of the image.
    var name: String
    var squash: SquashChoice

    init(name: String, squash: SquashChoice, because: Position?) {
        self.name = name
        self.squash = squash
        _because = Unkeyed(wrappedValue: because)
    }

    var summary: String { "pack the disk for the installation medium" }
    var reads: [Artifact] { [.disk, .treeFacts, .clock] }
    var writes: [Artifact] { [.installPayload] }
    var tools: [ToolRequirement] {
        [ToolRequirement("mksquashfs", package: "squashfs-tools", to: "pack the disk")]
    }

    func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let clock: Int64 = try await workspace.value(.clock)
        let disk = try await workspace.file(.disk)
        let output = try await workspace.newFile(.installPayload)
        // Beside the disk: a hard link costs nothing, and mksquashfs follows no symlinks.
        let folder = "\(workspace.folders.bulk)/install"
        try FileSystem.makeFolder(folder)
        defer { try? FileSystem.removeTree(folder) }
        guard link(disk, "\(folder)/\(name).raw") == 0 else {
            throw FileError.current("link", "\(folder)/\(name).raw")
        }
        let checksum = KIWIChecksum(
            hash: try await workspace.artifacts.digest(of: .disk), bytes: FileSystem.size(of: disk) ?? 0)
        try FileSystem.write(checksum.text, to: "\(folder)/\(name).sha256")
        var call = SquashfsCall(
            folder, to: output, compression: .xz, clock: clock, processors: Processors.count)
        squash.apply(to: &call, facts: facts)
        call.xzFilter = nil
        call.ownedByRoot = true
        try await workspace.runner.run(call.call)
    }
}
