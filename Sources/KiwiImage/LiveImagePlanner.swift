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
        steps.append(
            MakeInitrd(
                tree: tree, technology: live.technology, options: image.initrd,
                because: type.position(of: "flags")))
        steps.append(payload(image, live, tree: tree))
        steps.append(
            MakeLoader(
                tree: tree, architecture: image.architecture, firmware: live.firmware,
                menu: MenuOptions(
                    title: image.displayName ?? image.name,
                    entries: live.entries(title: image.displayName ?? image.name),
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
            MakeISO(architecture: image.architecture, options: live, loader: loader, because: type.position))
        steps.append(TagMedia(enabled: live.mediaCheck, because: type.position(of: "mediacheck")))
        steps.append(
            VerifyISO(
                architecture: image.architecture, options: live, loader: loader,
                maximumBytes: options.maximumBytes,
                because: type.position))
        var files = [ResultFile("live_image", .iso, name: "\(ResultFile.stem(image)).iso")]
        if options.writeLists {
            steps.append(
                WriteLists(
                    tree: tree, packageManager: image.packageManager, withChanges: options.writeChanges))
            steps.append(WriteSBOM(tree: tree, image: image, options: options))
            files += Self.lists(image, options) + ResultFile.billsOfMaterials(image)
        }
        let layers = [options.packagesLayer, tree].compactMap { $0 }
        let tools = Set(steps.flatMap(\.tools).map(\.tool)).sorted()
        steps.append(
            PublishResults(
                image: image, files: files, layers: layers, toolNames: tools, after: [.isoVerified],
                options: options))
        return steps
    }

    public func notes(for image: ResolvedImage) -> [Diagnostic] {
        LiveAttributes.diagnostics(for: image.type).filter { $0.severity != .error }
            + ((try? LiveOptions(image).notes) ?? [])
    }

    private static func lists(_ image: ResolvedImage, _ options: CreateOptions) -> [ResultFile] {
        let stem = ResultFile.stem(image)
        var files = [
            ResultFile("image_packages", .packageListFile, name: "\(stem).packages", shasum: false),
            ResultFile("image_verified", .verificationFile, name: "\(stem).verified", shasum: false),
        ]
        if options.writeChanges {
            files.append(
                ResultFile(
                    "image_changes", .changesFile, name: "\(stem).changes",
                    compress: options.compressInBundle ?? true,
                    shasum: false))
        }
        return files
    }

    private func payload(_ image: ResolvedImage, _ live: LiveOptions, tree: Artifact) -> any BuildStep {
        let type = image.type
        let squash = SquashChoice(
            written: type.string("squashfscompression").flatMap(SquashCompression.init),
            architecture: image.architecture)
        let own = (type.string("fscreateoptions") ?? "").split(separator: " ").map(String.init)
        switch live.payload {
        case .direct(let kind):
            return PackTree(
                tree: tree, kind: kind, squash: squash, erofsCompression: type.string("erofscompression"),
                options: own,
                because: type.position(of: "filesystem"))
        case .nested(let kind):
            return PackRootImage(
                tree: tree, kind: kind, squash: squash, size: type.size, options: own,
                because: type.position(of: "filesystem"))
        }
    }

    private func inspection(
        _ id: String, of tree: Artifact, early: Bool, _ image: ResolvedImage, _ live: LiveOptions
    ) -> InspectTree {
        let type = image.type
        var step = InspectTree(
            id, tree: tree, early: early, technology: live.technology, firmware: live.firmware,
            architecture: image.architecture, packageManager: image.packageManager.value,
            because: type.position)
        step.firmwarePosition = type.position(of: "firmware")
        step.addedModules = image.initrd.addModules
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
