import KiwiDiagnostics
import KiwiToolbox

/// Packs a disk as a box for Vagrant.
struct PackVagrantBox: BuildStep {
    let id = "box"
    @Unkeyed var because: Position?
    var box: VagrantBox
    /// Name of the image.
    var name: String
    /// The raw disk that the one in the box was made of.
    var source: Artifact
    var disk = Artifact.packedDisk

    var summary: String { "pack the box for \(box.provider.rawValue)" }
    var reads: [Artifact] {
        [source, disk, .clock] + (box.vagrantfile == nil ? [] : [.vagrantfile])
    }
    var writes: [Artifact] { [.formattedDisk] }
    var tools: [ToolRequirement] { [FlatTar.requirement, FlatTar.gzipRequirement] }

    func run(in workspace: Workspace) async throws {
        let clock: Int64 = try await workspace.value(.clock)
        let raw = try await workspace.file(source)
        let file = try await workspace.file(disk)
        let bytes = FileSystem.size(of: raw) ?? 0
        var tar = FlatTar(
            members: [
                .text("metadata.json", box.metadata(diskBytes: bytes)),
                .text("Vagrantfile", try await vagrantfile(disk: raw, in: workspace)),
                .file(box.diskFile, file),
            ], clock: clock, gzip: true)
        if box.provider == .virtualbox {
            let ovf = VirtualBoxOVF(
                name: name, diskUUID: try DiskIdentity.id(ofDisk: raw, role: "virtualbox-disk").uuid,
                fileBytes: FileSystem.size(of: file) ?? 0, diskBytes: bytes)
            tar.members.append(.text("box.ovf", ovf.text))
        }
        try await tar.write(to: try await workspace.newFile(.formattedDisk), in: workspace)
    }

    private func vagrantfile(disk: String, in workspace: Workspace) async throws -> String {
        if box.vagrantfile != nil {
            return try FileSystem.readText(try await workspace.file(.vagrantfile), limit: 1 << 20)
        }
        let id = try DiskIdentity.id(ofDisk: disk, role: "virtualbox-mac")
        // 00163E is a prefix for virtual machines.
        return box.generatedVagrantfile(macAddress: "00163E" + id.hex32.prefix(6).uppercased())
    }
}
