import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiStorage
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Makes the root tree the system of a disk: fstab, boot loader, initrd, and the user's scripts that belong
/// to disks.
struct MakeDiskTree: BuildStep {
    let id = "disk-tree"
    @Unkeyed var because: Position?
    var tree: Artifact
    var system: DiskSystem
    var settings: DiskSettings
    var packageManager: String
    var hasInitrd: Bool
    var scripts: DiskScripts

    init(
        tree: Artifact, system: DiskSystem, settings: DiskSettings, packageManager: String, hasInitrd: Bool,
        scripts: DiskScripts, because: Position?
    ) {
        self.scripts = scripts
        self.tree = tree
        self.system = system
        self.settings = settings
        self.packageManager = packageManager
        self.hasInitrd = hasInitrd
        _because = Unkeyed(wrappedValue: because)
    }

    var summary: String { "write fstab, boot loader and initrd into the root tree" }
    var reads: [Artifact] {
        [tree, .treeFacts, .imageIDs, .clock] + (hasInitrd ? [.initrd] : [])
            + (system.needsKey ? [.rootKey] : []) + (system.loader == .custom ? [] : [.diskLoader])
    }
    var writes: [Artifact] { [.diskTree] }

    func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        let loader = system.loader == .custom ? nil : try await workspace.file(.diskLoader)
        let initrd = hasInitrd ? try await workspace.file(.initrd) : nil
        let key = system.needsKey ? try await workspace.file(.rootKey) : nil
        try await workspace.buildLayer(.diskTree, over: tree) { tree in
            let files = TreeFiles(tree: tree, clock: clock)
            try files.makeFolders(system.fileSystems.compactMap(\.mountPoint).filter { $0.hasPrefix("/") })
            if let subvolumes = system.subvolumes {
                try files.makeFolders(subvolumes.mounted.map(\.mountPoint))
                if subvolumes.isSnapper, subvolumes.hasQuota { try files.addSnapperQuota() }
            }
            try files.write(system.fstab(ids), to: "/etc/fstab")
            try files.append("/etc/fstab.append", to: "/etc/fstab")
            try await files.patch("/etc/fstab", with: "/etc/fstab.patch")
            try await files.runAndRemove("/etc/fstab.script")
            if system.loader == .grub2 {
                try files.mergeSettings(settings.defaultGrub(system, facts, ids), into: "/etc/default/grub")
                try files.mergeSettings(settings.sysconfig(system, ids), into: "/etc/sysconfig/bootloader")
            }
            let names = KernelFiles(facts, packageManager: packageManager)
            let kernel = "/boot/\(names.kernel)"
            if facts.kernelFile != kernel || files.isLink(kernel) {
                try files.copy(try tree.resolve(facts.kernelFile, followLast: true), to: kernel)
            }
            if let encryption = system.stack.encryption {
                try files.write(system.crypttab(encryption, ids), to: "/etc/crypttab", mode: 0o600)
            }
            if let integrity = system.stack.integrity {
                try files.write(system.integritytab(integrity, ids), to: "/etc/integritytab", mode: 0o600)
                if let key = integrity.keyFile, let place = integrity.systemKeyFile {
                    try files.copy(key, to: place, mode: 0o600)
                }
            }
            if !system.keptModules.names.isEmpty {
                try files.keep(system.keptModules, from: try BootResources.locate())
            }
            if let raid = system.stack.raid { try files.addArray(ids.array(raid).configuration) }
            if let key {
                try files.copy(key, to: Encryption.keyFilePath, mode: 0o600)
                try files.write(
                    Encryption.dracutConfiguration, to: Encryption.dracutConfigurationPath)
            }
            if let initrd, system.hasUnifiedKernel {
                try files.copy(initrd, to: DiskSystem.efiFolder + DiskSystem.unifiedKernel)
            } else if let initrd {
                let place = "/boot/\(names.initrd)"
                var keys: [String: String] = [:]
                if let key {
                    keys[Encryption.keyFilePath] = key
                    keys[Encryption.slotPassphrasePath] = try slotPassphrase(key, workspace)
                }
                if let integrity = system.stack.integrity, let path = integrity.systemKeyFile {
                    keys[path] = integrity.keyFile
                }
                try files.copy(initrd, to: place, mode: keys.isEmpty ? 0o644 : 0o600)
                if !keys.isEmpty { try files.extendInitrd(place, with: keys, workspace) }
            }
            if let loader { try files.copyFolder("\(loader)/tree", to: "") }
            try system.placeKernel(names, initrd: hasInitrd, files)
            try await scripts.edit(
                tree, arguments: [system.fileSystems[0].kind.name, "\(system.bootPartition?.number ?? 1)"])
            try await scripts.run(in: tree, clock: clock)
        }
    }

    /// A file with the passphrase that the first boot needs beside the key file; nil when it needs none.
    private func slotPassphrase(_ key: String, _ workspace: Workspace) throws -> String? {
        guard let encryption = system.stack.encryption, encryption.isEncryptedAnew,
            encryption.passphrase != .random
        else { return nil }
        switch try encryption.passphraseInput(keyFile: key, log: workspace.log) {
        case .file(let path): return path
        case .text(let text):
            let path = "\(workspace.folders.scratch)/\(workspace.stepID)-passphrase"
            try FileSystem.write(text, to: path, mode: 0o600)
            return path
        case .empty: return nil
        }
    }
}
