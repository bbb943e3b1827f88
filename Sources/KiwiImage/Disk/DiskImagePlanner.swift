import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

/// Plans a disk with partitions and a boot loader.
public struct DiskImagePlanner: ImagePlanner {
    public init() {}

    public var imageTypes: [String] { ["oem"] }

    public func steps(
        for image: ResolvedImage, tree: Artifact, options: CreateOptions
    ) throws(Failure) -> [any BuildStep] {
        let findings = DiskAttributes.diagnostics(for: image).filter { $0.severity == .error }
        if !findings.isEmpty { throw Failure(.descriptionWrong, findings) }
        let type = image.type
        let system = try DiskSystem(image)
        let firmware = try BootFirmware.disk(type, image.architecture)
        let menu = MenuOptions(
            title: image.bootTitle, entries: [],
            bootloader: type.bootloader,
            folder: image.folder)
        let scripts = DiskScripts(image, options.scripts)
        let hasInitrd = image.initrdSystem == "dracut"

        var steps: [any BuildStep] = []
        if let early = options.packagesLayer, early != tree {
            steps.append(inspection("inspect.packages", of: early, early: true, image, system, firmware))
        }
        steps.append(inspection("inspect", of: tree, early: false, image, system, firmware))
        if hasInitrd { steps += [MakeInitrdFiles(system: system), initrd(image, system, tree: tree)] }
        if system.needsKey { steps.append(MakeRootKey()) }
        steps += loaderSteps(image, system, firmware, menu, tree: tree, hasInitrd: hasInitrd)
        steps.append(
            MakeDiskTree(
                tree: tree, system: system, settings: DiskSettings(image, menu: menu),
                packageManager: image.packageManager.value, hasInitrd: hasInitrd, scripts: scripts,
                because: type.position))
        steps.append(MeasureDisk(system: system, because: type.size?.position ?? type.position))
        for fileSystem in system.fileSystems {
            let mounts = fileSystem.mountPoint.map(system.mounts) ?? []
            if fileSystem.key == DiskSystem.readonlyKey, case .linux(let kind) = fileSystem.kind {
                steps.append(
                    PackOverlayRoot(
                        fileSystem, mounts: mounts, options: .overlayRoot(image, kind: kind),
                        verity: system.verity, because: type.position(of: "overlayroot")))
                continue
            }
            var part = MakeDiskPart(
                fileSystem, mounts: mounts, options: self.options(of: fileSystem, image, system),
                stack: system.stack, subvolumes: system.subvolumes, because: type.position)
            part.tree = system.source(of: fileSystem)
            steps.append(part)
        }
        if system.verity != nil {
            steps.append(AddVerityTable(system: system, packageManager: image.packageManager.value))
        }
        let signing = try SignVerification(system, type, key: options.signingKey)
        if let signing { steps.append(signing) }
        if !system.stack.isEmpty { steps.append(MakeRootDevice(system, because: type.position)) }
        var disk = MakeDisk(
            parts: system.fileSystems.map(\.key).filter { system.plan[$0] != nil },
            hasBIOSCode: firmware.bios != .no && system.loader == .grub2,
            bootPartition: system.bootPartition?.number ?? 1,
            hasRootDevice: !system.stack.isEmpty, scripts: scripts,
            because: type.position)
        disk.sealedPart = signing == nil ? nil : system.isOverlay ? DiskSystem.readonlyKey : "root"
        disk.copies = system.plan.partitions.filter { $0.copyOf == DiskSystem.readonlyKey }.map(\.key)
        steps.append(disk)
        let install = InstallPlanner(
            image: image, system: system, firmware: firmware, options: options, tree: tree)
        steps += install.steps
        let format = try DiskFormatPlan(image, options: options)
        steps += format.steps
        // The raw disk stays beside what was made of it; a bundle needs one of them.
        var raw = ResultFile(
            "disk_image", .disk, name: "\(ResultFile.stem(image)).raw",
            compress: options.compressInBundle ?? true)
        raw.useForBundle = format.format == nil
        var others = format.files
        if type.legacy?.isVirtualDiskOf2007 == true {
            // KIWI 1 called the raw disk so.
            var named = ResultFile("disk_qemu_image", .disk, name: "\(ResultFile.stem(image)).qemu")
            named.useForBundle = false
            others.append(named)
        }
        if let guest = XenGuest(image, diskFile: raw.name) {
            steps.append(
                WriteXenConfiguration(because: type.machine?.position ?? type.position, guest: guest))
            others.append(
                ResultFile(
                    "xen_configuration", .xenConfiguration, name: "\(ResultFile.stem(image)).xenconfig",
                    shasum: false))
        }
        return ResultSteps(
            image: image, options: options, tree: tree, files: [raw] + others + install.files,
            after: install.after, limited: .disk
        ).steps(after: steps)
    }

    public func notes(for image: ResolvedImage) -> [Diagnostic] {
        DiskAttributes.diagnostics(for: image).filter { $0.severity != .error }
    }

    /// `fscreateoptions` is about the root file system alone.
    private func options(of fileSystem: DiskFileSystem, _ image: ResolvedImage, _ system: DiskSystem)
        -> FileSystemOptions?
    {
        guard case .linux(let kind) = fileSystem.kind else { return nil }
        var options = FileSystemOptions(image, kind: kind, isWritable: !system.isReadOnly(fileSystem))
        if !fileSystem.key.hasPrefix("root") { options.creation = [] }
        if kind != .squashfs { options.squash.written = nil }
        if kind != .erofs { options.erofsCompression = nil }
        return options
    }

    private func initrd(_ image: ResolvedImage, _ system: DiskSystem, tree: Artifact) -> MakeInitrd {
        let type = image.type
        var options = image.initrd
        if !type.oemFlag("oem-multipath-scan") { options.omitModules.append("multipath") }
        var step = MakeInitrd(
            tree: tree, modules: system.initrdModules(type), options: options,
            because: type.position)
        step.files = .initrdFiles
        if system.hasUnifiedKernel { step.unifiedCommandLine = .kernelCommandLine }
        return step
    }

    private func loaderSteps(
        _ image: ResolvedImage, _ system: DiskSystem, _ firmware: BootFirmware, _ menu: MenuOptions,
        tree: Artifact, hasInitrd: Bool
    ) -> [any BuildStep] {
        let loader = image.type.bootloader
        let because = loader?.position ?? image.type.position
        let packageManager = image.packageManager.value
        switch (system.loader, firmware.efiPlatform) {
        case (.custom, _): return []
        case (.systemdBoot, let platform?):
            return [
                MakeSystemdBoot(
                    tree: tree, system: system, platform: platform, menu: menu,
                    packageManager: packageManager, hasInitrd: hasInitrd, because: because)
            ]
        default:
            return [
                MakeDiskLoader(
                    tree: tree, system: system, firmware: firmware, menu: menu,
                    environment: loader?.environment ?? [],
                    usesEntryFiles: loader?.attributes.boolean("bls") ?? true,
                    packageManager: packageManager, because: because)
            ]
        }
    }

    private func inspection(
        _ id: String, of tree: Artifact, early: Bool, _ image: ResolvedImage, _ system: DiskSystem,
        _ firmware: BootFirmware
    ) -> InspectTree {
        let type = image.type
        let modules = system.initrdModules(type)
        let install = InstallPlanner(
            image: image, system: system, firmware: firmware, options: CreateOptions(), tree: tree)
        var requirements: [BootRequirement] = []
        if image.initrdSystem == "dracut" {
            requirements = BootRequirement.dracut
        }
        if let platform = firmware.efiPlatform, system.hasUnifiedKernel {
            requirements += MakeInitrd.unifiedRequirements(platform)
        }
        var step = InspectTree(
            id, tree: tree, early: early, imageType: type.image,
            needs: BootNeeds(
                ownModules: modules.own + (install.makesAnything ? InstallPlanner.ownModules : []),
                requirements: requirements + stackRequirements(system.stack) + system.integrityRequirements,
                layout: layout(system) + install.layout), firmware: firmware,
            architecture: image.architecture, packageManager: image.packageManager.value,
            because: type.position)
        step.loader = system.loader
        step.firmwarePosition = type.position(of: "firmware")
        step.addedModules = image.initrd.addModules
        step.theme = image.bootloaderTheme
        step.kernelOptions = kernelOptions(type, system)
        let kinds = system.fileSystems.map { fileSystem in
            switch fileSystem.kind {
            case .linux(let kind): kind.kernelModule
            case .fat: "vfat"
            case .swap: ""
            }
        }
        step.kernelModules = Set(kinds).subtracting([""]).sorted()
        return step
    }

    /// What the kernel must read: the compression that is written.
    private func kernelOptions(_ type: ImageType, _ system: DiskSystem) -> [Located<String>] {
        guard system.fileSystems.contains(where: { $0.kind == .linux(.squashfs) }),
            let written = type.attributes["squashfscompression"],
            let option = SquashCompression(rawValue: written.value)?.kernelOption
        else { return [] }
        return [Located(option, at: written.position)]
    }

    /// What the disk has, as the lists of requirements of our boot code call it.
    private func layout(_ system: DiskSystem) -> [String] {
        var names: Set<String> = []
        for fileSystem in system.fileSystems {
            switch fileSystem.kind {
            case .linux(let kind): names.insert(kind.kernelModule)
            case .swap: names.insert("swap")
            case .fat: break
            }
        }
        if system.stack.volumeGroup != nil { names.insert("lvm") }
        if system.stack.encryption != nil { names.insert("luks") }
        if system.stack.raid != nil { names.insert("mdraid") }
        if system.plan.hybridMBR { names.insert("hybrid") }
        return names.sorted()
    }

    /// What opens the root, whether the disk grows or not.
    private func stackRequirements(_ stack: RootStack) -> [BootRequirement] {
        var found: [BootRequirement] = []
        func tool(_ name: String, _ package: String, _ purpose: String) {
            found.append(BootRequirement(.tool, [name], package: package, for: purpose))
        }
        if stack.volumeGroup != nil { tool("lvm", "lvm2", "logical volumes") }
        if stack.encryption != nil { tool("cryptsetup", "cryptsetup-bin", "the encrypted root") }
        if stack.raid != nil { tool("mdadm", "mdadm", "the RAID of the root") }
        return found
    }
}
