import KiwiBoot
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

extension Artifact {
    /// A folder with what the initrd must know of the disk.
    static let initrdFiles = Artifact.file("initrd-files")
    /// The kernel's command line.
    static let kernelCommandLine = Artifact.value("kernel-command-line")
}

/// Writes what the initrd must know of the disk: numbers of partitions, how to open what the root stands on.
struct MakeInitrdFiles: BuildStep {
    let id = "initrd-files"
    var system: DiskSystem

    var summary: String { "write what the initrd must know of the disk" }
    var reads: [Artifact] { [.imageIDs, .clock] }
    var writes: [Artifact] { [.initrdFiles, .kernelCommandLine] }

    func run(in workspace: Workspace) async throws {
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        try await workspace.set(.kernelCommandLine, system.commandLine(ids))
        let folder = MediaFolder(try await workspace.newFile(.initrdFiles))
        try FileSystem.makeFolder(folder.path)
        for (path, text) in files(ids) { try folder.write(text, to: path) }
        try folder.setTimes(try await workspace.value(.clock))
    }

    func files(_ ids: ImageIDs) -> [String: String] {
        var files = ["config.partids": system.partitionNumbers]
        if let raid = system.stack.raid {
            files["etc/mdadm.conf"] = ids.array(raid).configuration
        }
        if let integrity = system.stack.integrity {
            files["etc/integritytab"] = system.integritytab(integrity, ids)
        }
        if let encryption = system.stack.encryption {
            files["etc/crypttab"] = system.crypttab(encryption, ids)
        }
        return files
    }
}

extension ImageIDs {
    func array(_ level: RAIDArray.Level) -> RAIDArray {
        RAIDArray(level, treeKey: treeKey, imageType: type)
    }
}

extension DiskSystem {
    /// Whether GRUB has to open the root to find the kernel.
    var bootIsEncrypted: Bool { stack.encryption != nil && self["boot"] == nil && !hasKernelOnEFI }

    var needsKey: Bool { stack.encryption?.needsKeyFile(bootIsEncrypted: bootIsEncrypted) ?? false }

    func crypttab(_ encryption: Encryption, _ ids: ImageIDs) -> String {
        Encryption.crypttab(
            uuid: encryption.uuid(derived: ids.luksUUID),
            withKeyFile: encryption.needsKeyFile(bootIsEncrypted: bootIsEncrypted))
    }
}
