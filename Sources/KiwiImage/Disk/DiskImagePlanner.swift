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
            title: type.oemText("oem-boot-title") ?? image.displayName ?? image.name, entries: [], bootloader: type.bootloader,
            folder: image.folder)
        let scripts = DiskScripts(image, options.scripts)
        let hasInitrd = image.initrdSystem == "dracut"

        var steps: [any BuildStep] = []
        if let early = options.packagesLayer, early != tree {
            steps.append(inspection("inspect.packages", of: early, early: true, image, system, firmware))
        }
        steps.append(inspection("inspect", of: tree, early: false, image, system, firmware))
        if hasInitrd { steps.append(initrd(image, system, tree: tree)) }
        steps.append(
            MakeDiskLoader(
                tree: tree, system: system, firmware: firmware, menu: menu,
                environment: type.bootloader?.environment ?? [],
                packageManager: image.packageManager.value,
                because: type.bootloader?.position ?? type.position))
        steps.append(
            MakeDiskTree(
                tree: tree, system: system, settings: DiskSettings(image, menu: menu),
                packageManager: image.packageManager.value, hasInitrd: hasInitrd, scripts: scripts,
                because: type.position))
        steps.append(MeasureDisk(system: system, because: type.size?.position ?? type.position))
        for fileSystem in system.fileSystems {
            steps.append(
                MakeDiskPart(
                    fileSystem, mounts: fileSystem.mountPoint.map(system.mounts) ?? [],
                    options: self.options(of: fileSystem, image), because: type.position))
        }
        steps.append(
            MakeDisk(
                parts: system.fileSystems.map(\.key), hasBIOSCode: firmware.bios != .no,
                bootPartition: system.bootPartition?.number ?? 1, scripts: scripts,
                because: type.position))
        return ResultSteps(
            image: image, options: options, tree: tree,
            files: [
                ResultFile(
                    "disk_image", .disk, name: "\(ResultFile.stem(image)).raw",
                    compress: options.compressInBundle ?? true)
            ], limited: .disk
        ).steps(after: steps)
    }

    public func notes(for image: ResolvedImage) -> [Diagnostic] {
        DiskAttributes.diagnostics(for: image).filter { $0.severity != .error }
    }

    /// `fscreateoptions` is about the root file system alone.
    private func options(of fileSystem: DiskFileSystem, _ image: ResolvedImage) -> FileSystemOptions? {
        guard case .linux(let kind) = fileSystem.kind else { return nil }
        var options = FileSystemOptions(image, kind: kind, isWritable: true)
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
            tree: tree, modules: DiskAttributes.initrdModules(type), options: options,
            because: type.position)
        step.files = ["config.partids": system.partitionNumbers]
        return step
    }

    private func inspection(
        _ id: String, of tree: Artifact, early: Bool, _ image: ResolvedImage, _ system: DiskSystem,
        _ firmware: BootFirmware
    ) -> InspectTree {
        let type = image.type
        let modules = DiskAttributes.initrdModules(type)
        var requirements: [BootRequirement] = []
        if image.initrdSystem == "dracut" {
            requirements = ["dracut", "cpio"].map {
                BootRequirement(.tool, [$0], package: $0, for: "builds the initrd")
            }
        }
        var step = InspectTree(
            id, tree: tree, early: early, imageType: type.image,
            needs: BootNeeds(ownModules: modules.own, requirements: requirements), firmware: firmware,
            architecture: image.architecture, packageManager: image.packageManager.value,
            because: type.position)
        step.firmwarePosition = type.position(of: "firmware")
        step.addedModules = image.initrd.addModules
        step.theme = image.bootloaderTheme
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
}
