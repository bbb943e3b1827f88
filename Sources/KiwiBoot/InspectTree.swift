import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Looks into the root tree and decides what depends on it: kernel, loaders, what
/// compresses. Everything the image needs and the tree lacks is reported at once.
public struct InspectTree: BuildStep {
    public let id: String
    @Unkeyed public var because: Position?
    public var tree: Artifact
    /// True for the look right after the packages: it only reports what is missing.
    public var isEarly: Bool
    /// `iso`, `oem`: identifiers depend on it.
    public var imageType: String
    public var needs: BootNeeds
    public var firmware: BootFirmware
    /// Kernel modules of the file systems in the image.
    public var kernelModules: [String]
    /// Kernel options the payload needs, with the attribute that asked for them.
    public var kernelOptions: [Located<String>]
    /// Programs the booted initrd calls because of attributes, with Debian's packages.
    public var requirements: [BootRequirement]
    /// dracut modules the description adds.
    public var addedModules: [String]
    @Unkeyed public var firmwarePosition: Position?
    /// The medium starts a Xen hypervisor, which starts the kernel.
    public var startsXen: Bool?
    /// Which boot loader is looked for.
    public var loader = LoaderKind.grub2
    public var packageManager: String
    public var architecture: Architecture
    public var theme: String?

    public init(
        _ id: String, tree: Artifact, early: Bool, imageType: String, needs: BootNeeds,
        firmware: BootFirmware,
        architecture: Architecture, packageManager: String, because: Position? = nil
    ) {
        self.id = id
        self.tree = tree
        isEarly = early
        self.imageType = imageType
        self.needs = needs
        self.firmware = firmware
        self.architecture = architecture
        self.packageManager = packageManager
        _because = Unkeyed(wrappedValue: because)
        _firmwarePosition = Unkeyed(wrappedValue: nil)
        kernelModules = []
        kernelOptions = []
        requirements = []
        addedModules = []
    }

    public var summary: String {
        isEarly
            ? "check that the packages suffice for an image that boots"
            : "look for kernel, boot loaders and tools in the root tree"
    }
    public var reads: [Artifact] { [tree] }
    public var writes: [Artifact] { isEarly ? [.value("tree-check")] : [.treeFacts, .imageIDs] }

    public func run(in workspace: Workspace) async throws {
        let resources = needs.ownModules.isEmpty ? nil : try BootResources.locate()
        let inspection = try await workspace.withTree(of: tree) { tree in
            try inspect(TreeReader(tree.path), resources: resources)
        }
        for note in inspection.notes where !isEarly { workspace.log.info(note) }
        for warning in inspection.warnings where !isEarly {
            workspace.log.warning("\(warning)" + (warning.remedy.map { "; fix: \($0)" } ?? ""))
        }
        if !inspection.errors.isEmpty { throw Failure(.buildFailed, inspection.errors) }
        guard !isEarly, let facts = inspection.facts else {
            try await workspace.set(.value("tree-check"), true)
            return
        }
        try await workspace.set(.treeFacts, facts)
        let key = try await workspace.key(of: tree)
        try await workspace.set(.imageIDs, ImageIDs(treeKey: key, type: imageType))
    }

    /// What a look into a tree gives.
    public struct Inspection: Sendable {
        public var facts: TreeFacts?
        public var errors: [Diagnostic] = []
        public var warnings: [Diagnostic] = []
        public var notes: [String] = []
    }

    /// Everything but the calls of other steps; reads only.
    public func inspect(
        _ tree: TreeReader, host: TreeReader = TreeReader("/"), resources: BootResources?
    ) throws -> Inspection {
        var result = Inspection()
        let packages = PackageNames(architecture, in: tree)
        let kernels = KernelFinder.kernels(in: tree, order: VersionOrder(packageManager: packageManager))
        let kernel = kernels.first
        if kernel == nil {
            result.errors.append(KernelFinder.noKernel(packages, at: because))
        }
        if let kernel, kernels.count > 1 {
            result.notes.append(
                "the root tree holds kernels \(kernels.map(\.version).joined(separator: ", ")): the newest, \(kernel.version), boots"
            )
        }
        let check = RequirementCheck(
            tree: tree, kernelModules: kernel.map { KernelFinder.modules(of: $0.version, in: tree) } ?? [],
            architecture: architecture, position: because)
        var needed = needs.requirements + requirements
        for module in needs.ownModules {
            needed += try resources?.requirements(of: module, layout: Set(needs.layout)) ?? []
        }
        // They come from us.
        needed.removeAll { $0.kind == .dracutModule && !needs.ownModules.filter($0.names.contains).isEmpty }
        needed += kernelModules.map {
            BootRequirement(
                .kernelModule, [$0], package: "linux-image-amd64", for: "the file system of the image")
        }
        result.errors += check.errors(needed, skipKernel: kernel == nil)
        guard let kernel else { return result }

        let configuration = KernelFinder.configuration(of: kernel.version, in: tree)
        result.errors += configuration.lacking(kernelOptions, kernel: kernel.version)
        var facts = TreeFacts(kernelVersion: kernel.version, kernelFile: kernel.file)
        facts.squashfsZstd = configuration.has("CONFIG_SQUASHFS_ZSTD") == true
        facts.chooseCompressor(for: configuration, in: tree)
        facts.dracutVersion = Self.dracutVersion(tree)
        facts.dracutModules = needs.optionalModules.filter { name in
            // A module whose own needs are not met would take those that ask for it along.
            let complete = (Self.moduleNeeds[name] ?? []).allSatisfy(check.isMet)
            if !complete || !check.dracutModules.contains(name) {
                result.notes.append("dracut module '\(name)' is left out: the root tree lacks what it needs")
            }
            return complete && check.dracutModules.contains(name)
        }
        facts.foreignModuleFolders = tree.names(in: "/usr/lib/dracut/modules.d").filter {
            needs.ownModules.contains(BootResources.moduleName($0))
        }
        for name in addedModules
        where !check.dracutModules.contains(name) && !needs.ownModules.contains(name) {
            result.notes.append(
                "dracut module '\(name)' of the description is not in the root tree and is left out")
        }
        facts.hasProfile = tree.isFile("/.profile")
        facts.grubName = tree.hasTool("grub2-install") ? "grub2" : "grub"
        facts.usesEntryFiles = ["grub", "grub2"].contains { name in
            tree.text("/usr/sbin/\(name)-mkconfig")?.contains("GRUB_ENABLE_BLSCFG") ?? false
        }
        if startsXen == true {
            facts.hypervisor = Hypervisor.find(in: tree, order: VersionOrder(packageManager: packageManager))
            if facts.hypervisor == nil { result.errors.append(Hypervisor.missing(packages, at: because)) }
        }
        switch loader {
        case .grub2:
            facts.isolinux = chooseIsolinux(in: tree, host: host, &result)
            chooseLoaders(in: tree, host: host, &facts, &result)
            facts.readsDefaultSubvolume = Self.readsDefaultSubvolume(facts, firmware, tree, host)
            findDecoration(in: tree, host: host, &facts, &result)
        case .systemdBoot: findSystemdBoot(in: tree, &facts, &result)
        case .custom: break
        }
        result.facts = facts
        return result
    }

    private func chooseLoaders(
        in tree: TreeReader, host: TreeReader, _ facts: inout TreeFacts, _ result: inout Inspection
    ) {
        let finder = LoaderFinder(tree: tree, host: host)
        let packages = PackageNames(architecture, in: tree)
        if let platform = firmware.efiPlatform, firmware.signed != .no {
            facts.signed = SignedLoader.find(for: platform, matches: tree.matches)
            // Without a shim a signed GRUB is of use only where it was asked for.
            if firmware.signed == .preferred, facts.signed?.shim == nil { facts.signed = nil }
            if firmware.signed == .required, facts.signed?.shim == nil {
                let signed = packages.signed(for: platform)
                result.warnings.append(
                    Diagnostic(
                        "no-signed-loader", .warning, at: firmwarePosition ?? because,
                        "the root tree has no signed \(facts.signed == nil ? "GRUB" : "shim"): the image does not start where Secure Boot is on",
                        remedy: (signed.isEmpty ? "" : "add \(packages.elements(signed)), or ")
                            + "write firmware=\"efi\""))
            }
        }
        for platform in firmware.platforms {
            let wish = platform.isEFI ? firmware.efi : firmware.bios
            if platform.isEFI, facts.signed != nil { continue }
            if platform == .bios, wantsIsolinux(tree) { continue }
            if let choice = finder.choice(for: platform) {
                facts.loaders.append(choice)
            } else if wish == .required || firmware.platforms.count == 1 {
                result.errors.append(
                    Diagnostic(
                        "no-loader", at: firmwarePosition ?? because,
                        "no GRUB for \(platform.rawValue) is in the root tree or on this machine",
                        remedy:
                            "add \(packages.elements([packages.loader(platform), packages.package("grub-common")].compactMap { $0 })), or install them on this machine"
                    ))
            } else {
                let other = platform.isEFI ? "machines with BIOS" : "machines with UEFI"
                result.notes.append(
                    "no GRUB for \(platform.rawValue) was found\(packages.loader(platform).map { " (\($0))" } ?? ""): the medium boots only on \(other)"
                )
            }
        }
        if facts.loaders.isEmpty, facts.signed == nil, facts.isolinux == nil, result.errors.isEmpty {
            result.errors.append(
                Diagnostic(
                    "no-loader", at: firmwarePosition ?? because,
                    "no GRUB is in the root tree or on this machine",
                    remedy:
                        "add \(packages.elements([packages.loader(.bios) ?? "grub"])) to <packages type=\"image\">"
                ))
        }
        facts.readsEntryFiles = readsEntryFiles(facts, in: tree, host: host)
    }

    /// Live media only: a disk has no `cdboot`.
    private func wantsIsolinux(_ tree: TreeReader) -> Bool {
        guard imageType == "iso", firmware.bios != .no else { return false }
        return firmware.wantsIsolinux == true || tree.isFile("/image/\(IsolinuxMenu.userFolder)/isolinux.cfg")
    }

    private func chooseIsolinux(
        in tree: TreeReader, host: TreeReader, _ result: inout Inspection
    ) -> IsolinuxChoice? {
        guard wantsIsolinux(tree) else { return nil }
        if let choice = IsolinuxChoice.find(tree: tree, host: host) { return choice }
        let packages = PackageNames(architecture, in: tree)
        result.errors.append(
            Diagnostic(
                "no-loader", at: firmwarePosition ?? because,
                "no isolinux is in the root tree or on this machine",
                remedy: "add \(packages.elements(packages.isolinux)), or install them on this machine; "
                    + "for GRUB remove the folder \(IsolinuxMenu.userFolder)"))
        return nil
    }

    /// Whether every GRUB that was chosen has the command `blscfg`.
    private func readsEntryFiles(_ facts: TreeFacts, in tree: TreeReader, host: TreeReader) -> Bool {
        let module = "blscfg"
        if let signed = facts.signed {
            let binary = tree.place(signed.onDisk.grub).flatMap { try? FileSystem.readBytes($0) } ?? []
            guard binary.firstRange(of: Array(module.utf8)) != nil else { return false }
        }
        return facts.loaders.allSatisfy { choice in
            (choice.origin == .tree ? tree : host).isFile("\(choice.modules)/\(module).mod")
        }
    }

    private func findSystemdBoot(in tree: TreeReader, _ facts: inout TreeFacts, _ result: inout Inspection) {
        guard let platform = firmware.efiPlatform else { return }
        let isSigned = firmware.signed != .no
        facts.systemdBoot = SystemdBoot.find(for: platform, signed: isSigned, matches: tree.matches)
        guard let found = facts.systemdBoot else {
            let packages = PackageNames(architecture, in: tree)
            result.errors.append(
                Diagnostic(
                    "no-loader", at: because,
                    "the root tree has no \(SystemdBoot.programName(platform)) in /usr/lib/systemd/boot/efi",
                    remedy:
                        "add \(packages.elements([packages.package(SystemdBoot.debianPackage)])) to <packages type=\"image\">"
                ))
            return
        }
        if isSigned, let warning = found.warning(at: firmwarePosition ?? because) {
            result.warnings.append(warning)
        }
    }

    /// Looks for the name of the variable that switches it on in each GRUB's btrfs module; that of a signed
    /// image is built from the modules beside it.
    private static func readsDefaultSubvolume(
        _ facts: TreeFacts, _ firmware: BootFirmware, _ tree: TreeReader, _ host: TreeReader
    ) -> Bool {
        func knows(_ folder: String, _ place: TreeReader) -> Bool {
            place.text("\(folder)/btrfs.mod")?.contains("btrfs_relative_path") ?? false
        }
        let chosen = facts.loaders.map { knows($0.modules, $0.origin == .tree ? tree : host) }
        if facts.signed != nil, let platform = firmware.efiPlatform,
            !platform.moduleFolders.contains(where: { knows($0, tree) })
        {
            return false
        }
        return (facts.signed != nil || !chosen.isEmpty) && chosen.allSatisfy { $0 }
    }

    private func findDecoration(
        in tree: TreeReader, host: TreeReader, _ facts: inout TreeFacts, _ result: inout Inspection
    ) {
        let fonts = Distribution.values("grub-font", first: tree.distribution)
        facts.font = fonts.first(where: tree.isFile) ?? fonts.first(where: host.isFile).map { "host:\($0)" }
        facts.memtest = tree.matches("/boot/memtest*").first
        guard let theme else { return }
        let folders = Distribution.values("grub-themes", first: tree.distribution)
        facts.theme = folders.map { "\($0)/\(theme)" }.first { tree.isFile("\($0)/theme.txt") }
        if facts.theme == nil {
            result.notes.append("boot loader theme '\(theme)' is not in the root tree: plain menu")
        }
    }

    /// What dracut's own optional modules depend on.
    private static let moduleNeeds: [String: [BootRequirement]] = [
        "livenet": [
            BootRequirement(.dracutModule, ["network"], package: "dracut-network", for: "network boot"),
            BootRequirement(.dracutModule, ["url-lib"], package: "dracut-network", for: "network boot"),
            BootRequirement(.tool, ["curl"], package: "curl", for: "network boot"),
        ]
    ]

    private static func dracutVersion(_ tree: TreeReader) -> String {
        let text = tree.text("/usr/lib/dracut/dracut-version.sh") ?? ""
        return text.split(separator: "\n").first { $0.hasPrefix("DRACUT_VERSION=") }
            .map { $0.dropFirst("DRACUT_VERSION=".count).filter { $0 != "\"" && $0 != "'" } } ?? ""
    }
}
