import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiStorage
import KiwiToolbox

/// Plans a live ISO: initrd and system are made side by side, then loaders, ISO and results.
public struct LiveImagePlanner: ImagePlanner {
    public init() {}

    public var imageTypes: [String] { ["iso"] }

    private static let contents = ["LiveOS/squashfs.img": Artifact.payload]

    public func steps(
        for image: ResolvedImage, tree: Artifact, options: CreateOptions
    ) throws(Failure) -> [any BuildStep] {
        let findings = LiveAttributes.diagnostics(for: image.type).filter { $0.severity == .error }
        if !findings.isEmpty { throw Failure(.descriptionWrong, findings) }
        let live = try LiveOptions(image)
        let type = image.type
        let loader: Artifact = type.string("editbootconfig") == nil ? .loader : .editedLoader

        var steps: [any BuildStep] = []
        if let early = options.packagesLayer, early != tree {
            steps.append(inspection("inspect.packages", of: early, early: true, image, live))
        }
        steps.append(inspection("inspect", of: tree, early: false, image, live))
        // Disks behind several paths are none of a live system's business, unless it asks for them.
        var initrd = image.initrd
        if !(initrd.addModules + initrd.setModules).contains("multipath") {
            initrd.omitModules.append("multipath")
        }
        steps.append(
            MakeInitrd(
                tree: tree, modules: live.technology.initrdModules, options: initrd,
                because: type.position(of: "flags")))
        steps.append(payload(image, live, tree: tree))
        steps.append(
            MakeLoader(
                tree: tree, architecture: image.architecture, firmware: live.firmware,
                menu: MenuOptions(
                    title: image.bootTitle,
                    entries: live.entries(title: image.bootTitle),
                    bootloader: type.bootloader, folder: image.folder),
                folder: image.folder, because: type.bootloader?.position ?? type.position))
        steps.append(
            MakeESP(
                fixedBytes: type.number("efifatimagesize").map { Int64($0) * ByteCount.mebi },
                because: type.position(of: "efifatimagesize")))
        if let script = type.string("editbootconfig") {
            steps.append(
                EditBootConfig(
                    tree: tree, script: script.hasPrefix("/") ? script : "\(image.folder)/\(script)",
                    environment: image.environment, because: type.position(of: "editbootconfig")))
        }
        steps.append(
            MakeISO(
                architecture: image.architecture, medium: live.medium, loader: loader,
                contents: Self.contents,
                because: type.position))
        steps.append(TagMedia(enabled: live.mediaCheck, because: type.position(of: "mediacheck")))
        steps.append(
            VerifyISO(
                architecture: image.architecture, medium: live.medium, mediaCheck: live.mediaCheck,
                loader: loader, contents: Self.contents, because: type.position))
        return ResultSteps(
            image: image, options: options, tree: tree,
            files: [ResultFile("live_image", .iso, name: "\(ResultFile.stem(image)).iso")],
            after: [.isoVerified], limited: .iso
        ).steps(after: steps)
    }

    public func notes(for image: ResolvedImage) -> [Diagnostic] {
        LiveAttributes.diagnostics(for: image.type).filter { $0.severity != .error }
            + ((try? LiveOptions(image).notes) ?? [])
    }

    private func payload(_ image: ResolvedImage, _ live: LiveOptions, tree: Artifact) -> any BuildStep {
        switch live.payload {
        case .direct(let kind):
            return MakeFileSystem(
                tree: tree, output: .payload,
                options: FileSystemOptions(image, kind: kind, isWritable: false))
        case .nested(let kind):
            return PackRootImage(
                tree: tree, options: FileSystemOptions(image, kind: kind, isWritable: false))
        }
    }

    private func inspection(
        _ id: String, of tree: Artifact, early: Bool, _ image: ResolvedImage, _ live: LiveOptions
    ) -> InspectTree {
        let type = image.type
        var step = InspectTree(
            id, tree: tree, early: early, imageType: "iso", needs: live.technology.needs,
            firmware: live.firmware,
            architecture: image.architecture, packageManager: image.packageManager.value,
            because: type.position)
        step.firmwarePosition = type.position(of: "firmware")
        step.addedModules = image.initrd.addModules
        if type.flag("xen_server") { step.startsXen = true }
        step.theme = image.bootloaderTheme
        switch live.payload {
        case .direct(let kind): step.kernelModules = [kind.kernelModule]
        case .nested(let kind): step.kernelModules = ["squashfs", kind.kernelModule]
        }
        if let written = type.attributes["squashfscompression"],
            let option = SquashCompression(rawValue: written.value)?.kernelOption
        {
            if case .direct(.erofs) = live.payload {
            } else {
                step.kernelOptions.append(Located(option, at: written.position))
            }
        }
        if live.persistent, live.persistentFileSystem == "xfs" {
            step.kernelModules.append("xfs")
            step.requirements.append(
                BootRequirement(
                    .tool, ["mkfs.xfs"], package: "xfsprogs", for: "hybridpersistent_filesystem=\"xfs\""))
        }
        return step
    }
}
