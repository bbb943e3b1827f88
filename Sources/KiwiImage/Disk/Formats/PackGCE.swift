import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Packs the raw disk as Google's Compute Engine imports it.
struct PackGCE: BuildStep {
    let id = "gce"
    @Unkeyed var because: Position?
    /// A tag for `manifest.json`.
    var license: String?

    var summary: String { "pack the disk for Compute Engine" }
    var reads: [Artifact] { [.disk, .clock] }
    var writes: [Artifact] { [.formattedDisk] }
    var reusable: Bool { true }
    var tools: [ToolRequirement] { [FlatTar.requirement, FlatTar.gzipRequirement] }

    func keyMaterial(in workspace: Workspace) async throws -> [String] {
        [await ToolVersion.of("tar", in: workspace), await ToolVersion.of("pigz", in: workspace)]
    }

    func run(in workspace: Workspace) async throws {
        let disk = try await workspace.file(.disk)
        let clock: Int64 = try await workspace.value(.clock)
        if let note = Self.note(bytes: FileSystem.size(of: disk) ?? 0) { workspace.log.warning(note) }
        var tar = FlatTar(members: [.file("disk.raw", disk)], clock: clock, sparse: true, gzip: true)
        if let license { tar.members.insert(.text("manifest.json", try Self.manifest(license)), at: 0) }
        try await tar.write(to: try await workspace.newFile(.formattedDisk), in: workspace)
    }

    static func manifest(_ license: String) throws -> String {
        String(decoding: try CanonicalJSON.encode(["licenses": [license]]), as: UTF8.self)
    }

    /// What the import will object to.
    static func note(bytes: Int64) -> String? {
        guard bytes % (1 << 30) != 0 else { return nil }
        return "Compute Engine imports disks of whole GiB; this one has \(SpaceCheck.binarySize(bytes)): "
            + "write a <size unit=\"G\"> that holds it, or use 'kiwi image resize'"
    }
}
