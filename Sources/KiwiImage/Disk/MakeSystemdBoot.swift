import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// Puts together systemd-boot for a disk: its program, configuration and menu, and what the running system's
/// kernel-install needs to go on with them.
struct MakeSystemdBoot: BuildStep {
    let id = "disk-loader"
    @Unkeyed var because: Position?
    var tree: Artifact
    var system: DiskSystem
    var platform: LoaderPlatform
    var menu: MenuOptions
    var packageManager: String
    var hasInitrd: Bool

    init(
        tree: Artifact, system: DiskSystem, platform: LoaderPlatform, menu: MenuOptions,
        packageManager: String, hasInitrd: Bool, because: Position?
    ) {
        self.tree = tree
        self.system = system
        self.platform = platform
        self.menu = menu
        self.packageManager = packageManager
        self.hasInitrd = hasInitrd
        _because = Unkeyed(wrappedValue: because)
    }

    var summary: String { "put together systemd-boot for \(platform.rawValue)" }
    var reads: [Artifact] { [tree, .treeFacts, .imageIDs, .clock] }
    var writes: [Artifact] { [.diskLoader] }

    func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let content = MediaFolder("\(try await workspace.newFile(.diskLoader))/tree")
        try FileSystem.makeFolder(content.path)
        let efi = MediaFolder(content.path + DiskSystem.efiFolder)
        try FileSystem.makeFolder(efi.path)
        let name = try await workspace.withTree(of: tree) { tree in
            try facts.systemdBoot?.install(for: platform, from: TreeReader(tree.path), to: efi)
            return OSRelease.read(in: tree)?.id ?? "linux"
        }
        for (path, text) in files(facts, ids, system: name) { try content.write(text, to: path) }
        try content.setTimes(try await workspace.value(.clock))
    }

    /// Texts by their paths in the root tree.
    /// - Parameter name: the distribution, as os-release calls it.
    func files(_ facts: TreeFacts, _ ids: ImageIDs, system name: String) -> [String: String] {
        let efi = DiskSystem.efiFolder
        let options = system.commandLine(ids)
        var files = [
            "\(efi)/loader/loader.conf": SystemdBoot.configuration(timeout: menu.timeout ?? 10),
            // Entries are files, and this is the name in front of theirs: both for kernel-install.
            "\(efi)/loader/entries.srel": "type1\n", "/etc/kernel/entry-token": "\(name)\n",
            "/etc/kernel/cmdline": "\(options)\n",
        ]
        guard !system.hasUnifiedKernel else { return files }
        let names = KernelFiles(facts, packageManager: packageManager)
        let entry = BootEntry(
            system: name, title: menu.title, kernelVersion: facts.kernelVersion,
            kernel: "\(DiskSystem.kernelFolder)/\(names.kernel)",
            initrd: hasInitrd ? "\(DiskSystem.kernelFolder)/\(names.initrd)" : nil, options: options)
        files["\(efi)/loader/entries/\(entry.name)"] = entry.text
        return files
    }
}
