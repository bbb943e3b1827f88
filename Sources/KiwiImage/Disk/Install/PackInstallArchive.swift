import KiwiBoot
import KiwiToolbox

/// Packs what a boot server offers for the installation of a disk.
struct PackInstallArchive: BuildStep {
    let id = "install-archive"
    /// `NAME.ARCH-VERSION`.
    var stem: String
    var system: DiskSystem
    /// `kernelcmdline`.
    var commandLine: String?

    var summary: String { "pack the files for installation over the network" }
    var reads: [Artifact] {
        [.compressedDisk, .disk, .kernel, .installInitrd, .systemInitrd, .imageIDs, .clock]
    }
    var writes: [Artifact] { [.installArchive] }
    var tools: [ToolRequirement] { [FlatTar.requirement] }

    func run(in workspace: Workspace) async throws {
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let disk = try await workspace.file(.disk)
        let compressed = try await workspace.file(.compressedDisk)
        let kernel = try await workspace.file(.kernel)
        let checksum = KIWIChecksum(
            hash: try await workspace.artifacts.digest(of: .disk), bytes: FileSystem.size(of: disk) ?? 0,
            compressedBytes: FileSystem.size(of: compressed))
        try await FlatTar(
            members: [
                .file("\(stem).xz", compressed), .text("\(stem).sha256", checksum.text),
                .file("\(stem).initrd", try await workspace.file(.systemInitrd)),
                .file("\(stem).kernel", kernel), .file("pxeboot.\(stem).kernel", kernel),
                .file("pxeboot.\(stem).initrd", try await workspace.file(.installInitrd)),
                .text("\(stem).append", append),
                .text("\(stem).config.bootoptions", system.commandLine(ids) + "\n"),
            ], clock: try await workspace.value(.clock)
        ).write(to: try await workspace.newFile(.installArchive), in: workspace)
    }

    /// The installer's command line; the address is the user's to replace.
    var append: String {
        (["rd.kiwi.install.pxe", "rd.kiwi.install.image=http://example.com/image.xz"]
            + [commandLine].compactMap { $0 }).joined(separator: " ") + "\n"
    }
}
