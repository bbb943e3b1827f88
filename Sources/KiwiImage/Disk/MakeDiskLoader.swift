import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// Puts together GRUB for a disk: its images, modules, menu and what the EFI partition holds.
struct MakeDiskLoader: BuildStep {
    let id = "disk-loader"
    @Unkeyed var because: Position?
    var tree: Artifact
    var system: DiskSystem
    var firmware: BootFirmware
    var menu: MenuOptions
    /// Variables of GRUB's environment block.
    var environment: [ImageType.Variable]
    var packageManager: String
    /// `bls`.
    var usesEntryFiles: Bool

    init(
        tree: Artifact, system: DiskSystem, firmware: BootFirmware, menu: MenuOptions,
        environment: [ImageType.Variable], usesEntryFiles: Bool, packageManager: String, because: Position?
    ) {
        self.environment = environment
        self.usesEntryFiles = usesEntryFiles
        self.tree = tree
        self.system = system
        self.firmware = firmware
        self.menu = menu
        self.packageManager = packageManager
        _because = Unkeyed(wrappedValue: because)
    }

    var summary: String {
        "put together GRUB for \(firmware.platforms.map(\.rawValue).joined(separator: " and "))"
    }
    var reads: [Artifact] { [tree, .treeFacts, .imageIDs, .clock] }
    var writes: [Artifact] { [.diskLoader] }

    func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        let folder = try await workspace.newFile(.diskLoader)
        let efi = MediaFolder("\(folder)/tree\(DiskSystem.efiFolder)")
        let grub = MediaFolder("\(folder)/tree/boot/\(facts.grubName)")
        try FileSystem.makeFolder(efi.path)
        try FileSystem.makeFolder(grub.path)
        let early = early(facts, ids)
        for choice in facts.loaders {
            let platform = choice.platform
            let linker = GrubLinker(
                choice: choice, format: platform.rawValue, prefix: grubFolder(facts), early: early
            ) { GrubModules.disk(platform, available: $0) }
            try await linker.link(tree: tree, in: workspace) { modules, core in
                if !system.hasUnifiedKernel {
                    try grub.copyFolder(modules, to: platform.rawValue) { name in
                        name.hasSuffix(".mod") || name.hasSuffix(".lst")
                    }
                }
                guard platform == .bios else {
                    try efi.copy(core, to: "EFI/BOOT/\(platform.removableName)")
                    return try efi.write(early, to: "EFI/BOOT/grub.cfg")
                }
                for name in ["boot.img", "core.img"] {
                    let source = name == "core.img" ? core : "\(modules)/\(name)"
                    try FileSystem.write(
                        try FileSystem.readBytes(source), to: "\(folder)/\(name)")
                    // Where grub-install leaves them.
                    try grub.copy(source, to: "\(platform.rawValue)/\(name)")
                }
            }
        }
        try await workspace.withTree(of: tree) { tree in
            let reader = TreeReader(tree.path)
            if let signed = facts.signed, let platform = firmware.efiPlatform {
                try signed.onDisk.install(for: platform, from: reader, to: efi, first: early)
            }
            guard !system.hasUnifiedKernel else { return }
            try addMenu(facts, ids, reader, grub)
            if readsEntryFiles(facts) {
                let entry = entry(facts, ids, system: OSRelease.read(in: tree)?.id ?? "linux")
                try MediaFolder("\(folder)/tree").write(entry.text, to: "boot/loader/entries/\(entry.name)")
            }
        }
        try MediaFolder("\(folder)/tree").setTimes(clock)
    }

    /// GRUB's folder on the file system with the kernel.
    private func grubFolder(_ facts: TreeFacts) -> String {
        system.loaderPath(of: "/boot/\(facts.grubName)", facts)
    }

    private func readsEntryFiles(_ facts: TreeFacts) -> Bool { usesEntryFiles && facts.readsEntryFiles }

    /// GRUB's first configuration.
    func early(_ facts: TreeFacts, _ ids: ImageIDs) -> String {
        if system.hasUnifiedKernel, let efi = system["efi"] {
            return GrubMenu.chain(fileSystem: efi.uuid(ids), program: DiskSystem.unifiedKernel)
        }
        var before: [String] = []
        if system.bootIsEncrypted, let encryption = system.stack.encryption {
            let uuid = encryption.uuid(derived: ids.luksUUID).replacing("-", with: "")
            before = ["cryptomount -u \(uuid)"]
        }
        if system.readsDefaultVolume(facts) {
            // Exported: the menu is read in a context of its own.
            before += ["set btrfs_relative_path=\"yes\"", "export btrfs_relative_path"]
        }
        return GrubMenu.first(
            fileSystem: system.boot.uuid(ids), folder: grubFolder(facts), before: before)
    }

    private func addMenu(_ facts: TreeFacts, _ ids: ImageIDs, _ tree: TreeReader, _ grub: MediaFolder) throws
    {
        if let font = facts.font {
            let source = font.hasPrefix("host:") ? String(font.dropFirst(5)) : tree.place(font)
            if let source { try grub.copy(source, to: "fonts/unicode.pf2") }
        }
        var fonts: [String] = []
        if let theme = facts.theme, let source = tree.place(theme) {
            let name = "themes/\(FileSystem.name(of: theme))"
            try grub.copyFolder(source, to: name)
            fonts = tree.names(in: theme).filter { $0.hasSuffix(".pf2") }.map { "\(name)/\($0)" }
        }
        try grub.write(menu(facts, ids, themeFonts: fonts).text, to: "grub.cfg")
        try grub.write(try GrubEnvironment(environment).block(), to: "grubenv")
    }

    /// The standard entry, for a GRUB that reads it from a file.
    func entry(_ facts: TreeFacts, _ ids: ImageIDs, system name: String) -> BootEntry {
        let files = KernelFiles(facts, packageManager: packageManager)
        return BootEntry(
            system: name, title: menu.title, kernelVersion: facts.kernelVersion,
            kernel: system.loaderPath(of: "/boot/\(files.kernel)", facts),
            initrd: system.loaderPath(of: "/boot/\(files.initrd)", facts),
            // GRUB puts the words into a line of its script.
            options: GrubScript.options(system.commandLine(ids)))
    }

    /// The complete menu.
    func menu(_ facts: TreeFacts, _ ids: ImageIDs, themeFonts: [String] = []) -> GrubMenu {
        let folder = grubFolder(facts)
        let files = KernelFiles(facts, packageManager: packageManager)
        var result = GrubMenu(
            title: menu.title, mark: "", kernel: system.loaderPath(of: "/boot/\(files.kernel)", facts),
            initrd: system.loaderPath(of: "/boot/\(files.initrd)", facts),
            entries: [
                .linux(title: menu.title, options: system.commandLine(ids)),
                .linux(title: "Failsafe -- \(menu.title)", options: system.commandLine(ids, failsafe: true)),
            ])
        if readsEntryFiles(facts) {
            result.entries.removeFirst()
            result.entryFolder = system.loaderPath(of: "/boot/loader/entries", facts)
        }
        result.fileSystem = system.boot.uuid(ids)
        result.loadsEnvironment = true
        menu.apply(to: &result)
        if facts.font != nil { result.font = "\(folder)/fonts/unicode.pf2" }
        if let theme = facts.theme {
            result.theme = "\(folder)/themes/\(FileSystem.name(of: theme))/theme.txt"
            result.themeFonts = themeFonts.map { "\(folder)/\($0)" }
        }
        return result
    }
}
