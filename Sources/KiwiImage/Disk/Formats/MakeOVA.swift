import KiwiDiagnostics
import KiwiToolbox

/// Puts a streamable VMDK with its description and checksums into an OVA.
struct MakeOVA: BuildStep {
    let id = "ova"
    @Unkeyed var because: Position?
    var machine: VirtualMachine
    /// `NAME.ARCH-VERSION`, the name of the files inside.
    var stem: String
    /// Name of the image.
    var name: String
    var disk = Artifact.packedDisk

    var summary: String { "pack the virtual appliance" }
    var reads: [Artifact] { [.disk, disk, .clock] }
    var writes: [Artifact] { [.formattedDisk] }
    var tools: [ToolRequirement] { [FlatTar.requirement] }

    func run(in workspace: Workspace) async throws {
        let file = try await workspace.file(disk)
        let clock: Int64 = try await workspace.value(.clock)
        let vmdk = "\(stem).vmdk"
        let ovf = VMwareOVF(
            machine: machine, name: name, diskFile: vmdk, fileBytes: FileSystem.size(of: file) ?? 0,
            diskBytes: FileSystem.size(of: try await workspace.file(.disk)) ?? 0)
        let text = ovf.text
        let manifest = """
            SHA256(\(stem).ovf)= \(Digest(of: text).hex)
            SHA256(\(vmdk))= \(try await workspace.artifacts.digest(of: disk))

            """
        // Readers of streams want the description first, then the checksums.
        let tar = FlatTar(
            members: [
                .text("\(stem).ovf", text), .text("\(stem).mf", manifest), .file(vmdk, file),
            ], clock: clock)
        try await tar.write(to: try await workspace.newFile(.formattedDisk), in: workspace)
    }
}
