import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

/// Plans kernel, initrd and root file system as files: for machines that boot over the network, or for
/// virtual machines that are started with a kernel.
public struct KISImagePlanner: ImagePlanner {
    public init() {}

    public var imageTypes: [String] { ["kis", "pxe"] }

    public func steps(
        for image: ResolvedImage, tree: Artifact, options: CreateOptions
    ) throws(Failure) -> [any BuildStep] {
        let type = image.type
        try refuse(image)
        let kind = type.string("filesystem").flatMap(FileSystemKind.init)
        let stem = ResultFile.stem(image)
        let usesDracut = image.initrdSystem == "dracut"
        var steps: [any BuildStep] = [inspection(image, tree: tree, kind: kind), CopyKernel(tree: tree)]
        var parts = [part("kernel", .kernel, "\(stem)-\(ResultFile.kernelVersion).kernel")]
        if usesDracut {
            // There is no /etc/fstab that would make the root file system writable later.
            let modules = InitrdModules(commandLine: kind?.isReadOnlyImage == false ? "rw" : nil)
            steps.append(
                MakeInitrd(tree: tree, modules: modules, options: image.initrd, because: type.position))
        }
        if let kind {
            var fileSystem = FileSystemOptions(image, kind: kind, isWritable: true)
            fileSystem.label = type.string("rootfs_label")
            steps.append(MakeFileSystem(tree: tree, options: fileSystem))
            let isCompressed = type.flag("compressed")
            if isCompressed { steps.append(CompressRoot(options: options.xzOptions)) }
            steps.append(WriteChecksums(isCompressed: isCompressed))
            parts.append(part("sha256", .rootSHA256, "\(stem).sha256"))
            if usesDracut { parts.append(part("initrd", .initrd, "\(stem).initrd")) }
            parts.append(
                isCompressed
                    ? part("rootfs", .compressedRoot, "\(stem).xz")
                    : part("rootfs", .rootFileSystem, stem, compress: options.compressInBundle ?? false))
            if usesDracut, !kind.isReadOnlyImage {
                steps.append(WriteAppendLine(commandLine: type.string("kernelcmdline")))
                parts.append(part("append", .appendLine, "\(stem).append"))
            }
            parts.append(part("md5", .rootMD5, "\(stem).md5"))
        } else if usesDracut {
            parts.append(part("initrd", .initrd, "\(stem).initrd"))
        }
        guard type.flag("archive", default: true) else {
            return ResultSteps(
                image: image, options: options, tree: tree, files: parts,
                limited: kind == nil ? nil : .rootFileSystem
            ).steps(after: steps)
        }
        let isPlain = type.flag("compressed") && kind != nil
        steps.append(PackKIS(members: parts, compression: isPlain ? nil : options.xzOptions))
        let archive = ResultFile(
            "kis_archive", .kisArchive, name: isPlain ? "\(stem).tar" : "\(stem).tar.xz",
            compress: options.compressInBundle ?? false)
        return ResultSteps(
            image: image, options: options, tree: tree, files: [archive], limited: .kisArchive
        ).steps(after: steps)
    }

    private func part(_ key: String, _ artifact: Artifact, _ name: String, compress: Bool = false)
        -> ResultFile
    {
        ResultFile("kis_\(key)", artifact, name: name, compress: compress, shasum: false)
    }

    private func inspection(_ image: ResolvedImage, tree: Artifact, kind: FileSystemKind?) -> InspectSystem {
        let type = image.type
        var requirements: [BootRequirement] = []
        if image.initrdSystem == "dracut" {
            requirements = [
                BootRequirement(.tool, ["dracut"], package: "dracut", for: "builds the initrd"),
                BootRequirement(.tool, ["cpio"], package: "cpio", for: "builds the initrd"),
            ]
        }
        var step = InspectSystem(
            tree: tree, imageType: type.image, packageManager: image.packageManager.value,
            architecture: image.architecture,
            boot: .init(requirements: requirements, kernelModules: kind.map { [$0.kernelModule] } ?? []),
            because: type.position)
        if kind == .squashfs, let written = type.attributes["squashfscompression"],
            let option = SquashCompression(rawValue: written.value)?.kernelOption
        {
            step.kernelOptions = [Located(option, at: written.position)]
        }
        return step
    }

    private func refuse(_ image: ResolvedImage) throws(Failure) {
        let type = image.type
        var found: [Diagnostic] = []
        if type.string("luks") != nil {
            found.append(
                Diagnostic(
                    "unsupported-attribute", at: type.position(of: "luks"),
                    "an encrypted root file system of type \(type.image) is not built by this version yet",
                    remedy: "remove the attribute"))
        }
        if image.initrdSystem == "kiwi" {
            found.append(
                Diagnostic(
                    "unsupported-attribute",
                    at: type.position(of: type.string("initrd_system") == nil ? "boot" : "initrd_system"),
                    "an initrd built from a boot description is not built by this version yet",
                    remedy: "write initrd_system=\"dracut\""))
        }
        if !found.isEmpty { throw Failure(.descriptionWrong, found) }
    }
}
