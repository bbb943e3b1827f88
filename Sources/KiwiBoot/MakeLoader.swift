import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// A folder: `media/` holds what goes onto the medium beside kernel, initrd and system,
    /// `efi/` the content of the EFI boot image.
    public static let loader = Artifact.file("loader")
}

/// The menu as the description wants it; paths and font are known when the tree is.
public struct MenuOptions: Sendable, Codable, Hashable {
    public var title: String
    public var entries: [GrubMenu.Entry]
    /// nil: the menu waits for somebody.
    public var timeout: Int?
    public var defaultEntry = 0
    public var timeoutStyle: String
    public var output: [String]
    public var input: [String]
    public var serialLine: String
    public var videoMode: String
    /// `grub_template`, an absolute path.
    public var template: String?

    public init(title: String, entries: [GrubMenu.Entry], bootloader: ImageType.Bootloader?, folder: String) {
        func text(_ name: String) -> String? { bootloader?.attributes[name]?.value }
        func terminals(_ name: String) -> [String]? {
            text(name).map { $0.split(separator: " ").map(String.init).filter { $0 != "none" } }
        }
        self.title = title
        self.entries = entries
        timeout = text("timeout").flatMap { Int($0) } ?? 10
        timeoutStyle = text("timeout_style") ?? "menu"
        output = terminals("output_console") ?? ["gfxterm"]
        // GRUB's graphical and text screens take their input from the same keyboard.
        input = terminals("input_console") ?? output.map { $0 == "gfxterm" ? "console" : $0 }
        serialLine = text("serial_line") ?? ""
        videoMode = text("video_mode") ?? "auto"
        template = text("grub_template").map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
    }

    /// Sets what is the same in all menus of the image.
    public func apply(to result: inout GrubMenu) {
        result.timeout = timeout
        result.defaultEntry = defaultEntry
        result.timeoutStyle = timeoutStyle
        result.output = output
        result.input = input
        result.serialLine = serialLine
        result.videoMode = videoMode
    }
}

/// Puts together boot loaders, menu and kernel for a boot medium.
public struct MakeLoader: BuildStep {
    public let id = "loader"
    @Unkeyed public var because: Position?
    public var tree: Artifact
    public var architecture: Architecture
    public var firmware: BootFirmware
    public var menu: MenuOptions
    /// Further files of the medium: their text by path.
    public var files: [String: String] = [:]
    /// Folder of the description: `config-cdroot`, `config-cdroot.tar*`, also `.tgz`, may lie there.
    public var folder: String

    public init(
        tree: Artifact, architecture: Architecture, firmware: BootFirmware, menu: MenuOptions, folder: String,
        because: Position? = nil
    ) {
        self.tree = tree
        self.architecture = architecture
        self.firmware = firmware
        self.menu = menu
        self.folder = folder
        _because = Unkeyed(wrappedValue: because)
    }

    public var summary: String {
        "put together boot loaders\(firmware.wantsIsolinux == true ? " (isolinux)" : "") for \(firmware.platforms.map(\.rawValue).joined(separator: " and "))"
            + ", from the root tree or else from this machine"
    }
    public var reads: [Artifact] { [tree, .treeFacts, .imageIDs, .clock] }
    public var writes: [Artifact] { [.loader] }

    public func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        let loader = try await workspace.newFile(.loader)
        let media = MediaFolder("\(loader)/media")
        let efi = MediaFolder("\(loader)/efi")
        try FileSystem.makeFolder(media.path)
        try FileSystem.makeFolder(efi.path)
        try await workspace.withTree(of: tree) { tree in
            let reader = TreeReader(tree.path)
            try await unpackUserArchive(into: media, reader, workspace)
            try copyFromTree(reader, facts, media)
            try writeMenu(facts, ids, reader, media)
            for (path, text) in files { try media.write(text, to: path) }
        }
        if facts.isolinux != nil {
            try await workspace.withTree(of: tree) { tree in
                try installIsolinux(TreeReader(tree.path), facts, media, workspace.log)
            }
        }
        for choice in facts.loaders { try await build(choice, facts, ids, media, efi, workspace) }
        if let signed = facts.signed, let platform = firmware.efiPlatform {
            try await workspace.withTree(of: tree) { tree in
                // The CD variant looks below /boot/grub of the image it was started from.
                try signed.install(
                    for: platform, from: TreeReader(tree.path), to: efi,
                    first: GrubMenu.first(mark: "/boot/\(ids.mbrID)", folder: "/\(grubFolder(facts))"),
                    beside: ["boot/grub"])
            }
        }
        if FileSystem.isFolder("\(efi.path)/EFI") { try media.copyFolder("\(efi.path)/EFI", to: "EFI") }
        try media.setTimes(clock)
        try efi.setTimes(clock)
    }

    // MARK: Names on the medium

    private var loaderFolder: String { "boot/\(architecture.resultName)/loader" }
    private func grubFolder(_ facts: TreeFacts) -> String { "boot/\(facts.grubName)" }

    // MARK: Content

    /// A folder beside the archives of nearly that name: its plain files go onto the medium.
    static let userMedia = "config-cdroot"

    private func unpackUserArchive(into media: MediaFolder, _ tree: TreeReader, _ workspace: Workspace)
        async throws
    {
        let archive =
            tree.matches("/image/config-cdroot.t*").first.flatMap(tree.place)
            ?? (try? FileSystem.names(in: folder).first { $0.hasPrefix("config-cdroot.t") }).map {
                "\(folder)/\($0)"
            }
        for place in [tree.place("/image/\(Self.userMedia)"), "\(folder)/\(Self.userMedia)"] {
            guard let place, FileSystem.isFolder(place) else { continue }
            try media.copyFolder(place, to: "")
            break
        }
        guard let archive else { return }
        // tar keeps members and links inside the folder by itself.
        try await workspace.runner.run(
            ToolCall(
                "tar",
                [
                    "--extract", "--no-same-owner", "--no-same-permissions", "--file", archive, "--directory",
                    media.path,
                ]))
    }

    private func copyFromTree(_ tree: TreeReader, _ facts: TreeFacts, _ media: MediaFolder) throws {
        if let efi = tree.place("/boot/efi"), FileSystem.isFolder(efi) { try media.copyFolder(efi, to: "") }
        guard let kernel = tree.place(facts.kernelFile) else {
            throw FileError("find", facts.kernelFile, code: 2)
        }
        try media.copy(kernel, to: "\(loaderFolder)/linux")
        if let hypervisor = facts.hypervisor {
            guard let source = tree.place(hypervisor) else { throw FileError("find", hypervisor, code: 2) }
            try media.copy(source, to: "\(loaderFolder)/xen.gz")
        }
        if let memtest = facts.memtest.flatMap(tree.place) {
            try media.copy(memtest, to: "\(loaderFolder)/memtest")
        }
        if menu.output.contains("gfxterm"), let font = facts.font {
            let source = font.hasPrefix("host:") ? String(font.dropFirst(5)) : tree.place(font)
            if let source {
                try media.copy(source, to: "\(loaderFolder)/\(facts.grubName)/fonts/unicode.pf2")
            }
        }
        if let theme = facts.theme, let source = tree.place(theme) {
            try media.copyFolder(source, to: "\(grubFolder(facts))/themes/\(FileSystem.name(of: theme))")
        }
    }

    /// The complete menu, also for the log and tests.
    public func menu(facts: TreeFacts, ids: ImageIDs, themeFonts: [String] = []) -> GrubMenu {
        var result = GrubMenu(
            title: menu.title, mark: "/boot/\(ids.mbrID)", kernel: "/\(loaderFolder)/linux",
            initrd: "/\(loaderFolder)/initrd", entries: menu.entries)
        menu.apply(to: &result)
        if facts.hypervisor != nil { result.hypervisor = "/\(loaderFolder)/xen.gz" }
        if facts.font != nil { result.font = "/\(loaderFolder)/\(facts.grubName)/fonts/unicode.pf2" }
        if let theme = facts.theme {
            result.theme = "/\(grubFolder(facts))/themes/\(FileSystem.name(of: theme))/theme.txt"
            result.themeFonts = themeFonts
        }
        return result
    }

    private func writeMenu(_ facts: TreeFacts, _ ids: ImageIDs, _ tree: TreeReader, _ media: MediaFolder)
        throws
    {
        let grub = grubFolder(facts)
        let fonts = (facts.theme.map(tree.names) ?? []).filter { $0.hasSuffix(".pf2") }
        let themeFolder = facts.theme.map { "/\(grub)/themes/\(FileSystem.name(of: $0))" } ?? ""
        let menu = menu(facts: facts, ids: ids, themeFonts: fonts.map { "\(themeFolder)/\($0)" })
        var text = menu.text
        if let template = self.menu.template {
            guard let own = try? FileSystem.readText(template) else {
                throw Diagnostic(
                    "grub-template", .error, at: because, "cannot read the menu template \(template)",
                    remedy: "put the file into the description's folder")
            }
            text = GrubTemplate(menu: menu, folder: facts.grubName, platform: firmware.efiPlatform).render(
                own)
        }
        try media.write(text, to: "\(grub)/grub.cfg")
        try media.write(GrubMenu.loopback(folder: "/\(grub)"), to: "\(grub)/loopback.cfg")
        try media.write(GrubMenu.first(mark: menu.mark, folder: "/\(grub)"), to: "\(grub)/earlyboot.cfg")
        try media.write("\(ids.mbrID)\n", to: "boot/\(ids.mbrID)")
        try media.write("\(ids.mbrID)\n", to: "boot/mbrid")
    }

    // MARK: Loaders

    /// Program, modules and menu of isolinux; the user's `cdboot` goes first.
    private func installIsolinux(
        _ tree: TreeReader, _ facts: TreeFacts, _ media: MediaFolder, _ log: BuildLog
    ) throws {
        guard let choice = facts.isolinux else { return }
        log.info("isolinux comes from " + (choice.origin == .tree ? "the root tree" : "this machine"))
        let place = choice.origin == .tree ? tree : TreeReader("/")
        var present: Set = ["linux", "initrd"]
        for (source, name) in choice.files(in: place) {
            guard let path = place.place(source) else { continue }
            try media.copy(path, to: "\(loaderFolder)/\(name)")
            present.insert(name)
        }
        // There isolinux looks, not where it lies itself.
        let start = IsolinuxMenu.startFolder
        try media.write(IsolinuxMenu.start(folder: "/\(loaderFolder)"), to: "\(start)/isolinux.cfg")
        if let library = place.place("\(choice.modules)/\(IsolinuxChoice.library)"),
            FileSystem.isFile(library)
        {
            try media.copy(library, to: "\(start)/\(IsolinuxChoice.library)")
        }
        for name in ["memtest", "xen.gz"] where FileSystem.isFile("\(media.path)/\(loaderFolder)/\(name)") {
            present.insert(name)
        }
        var menu = IsolinuxMenu(menu)
        menu.isXenHost = facts.hypervisor != nil
        menu.hasMenuModule = present.contains("menu.c32")
        let folder = "/image/\(IsolinuxMenu.userFolder)"
        guard let own = tree.text("\(folder)/isolinux.cfg") else {
            try media.write(menu.text, to: "\(loaderFolder)/isolinux.cfg")
            return try media.write(menu.message, to: "\(loaderFolder)/isolinux.msg")
        }
        for name in tree.names(in: folder) where !["isolinux.cfg", "isolinux.sh"].contains(name) {
            guard let path = tree.place("\(folder)/\(name)"), FileSystem.isFile(path) else { continue }
            if ["linux", "initrd", "xen.gz", "isolinux.bin"].contains(name) { continue }
            try media.copy(path, to: "\(loaderFolder)/\(name)")
            present.insert(name)
        }
        try media.write(menu.adapted(own, files: present), to: "\(loaderFolder)/isolinux.cfg")
    }

    private func build(
        _ choice: LoaderChoice, _ facts: TreeFacts, _ ids: ImageIDs, _ media: MediaFolder, _ efi: MediaFolder,
        _ workspace: Workspace
    ) async throws {
        let platform = choice.platform
        let early = GrubMenu.first(mark: "/boot/\(ids.mbrID)", folder: "/\(grubFolder(facts))")
        let linker = GrubLinker(
            choice: choice, format: platform == .bios ? "i386-pc-eltorito" : platform.rawValue,
            prefix: "/\(grubFolder(facts))", early: early
        ) { GrubModules.medium(platform, available: $0) }
        try await linker.link(tree: tree, in: workspace) { modules, core in
            try media.copyFolder(modules, to: "\(grubFolder(facts))/\(platform.rawValue)") { name in
                name.hasSuffix(".mod") || name.hasSuffix(".lst")
            }
            guard platform == .bios else {
                try efi.copy(core, to: "EFI/BOOT/\(platform.removableName)")
                return try efi.write(early, to: "EFI/BOOT/grub.cfg")
            }
            try media.copy(core, to: "\(loaderFolder)/eltorito.img")
            if FileSystem.isFile("\(modules)/boot_hybrid.img") {
                try media.copy("\(modules)/boot_hybrid.img", to: "\(loaderFolder)/boot_hybrid.img")
            }
        }
    }
}
