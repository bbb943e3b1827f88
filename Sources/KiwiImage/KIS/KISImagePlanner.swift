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
        try refuse(image, options)
        let kind = type.string("filesystem").flatMap(FileSystemKind.init)
        let stem = ResultFile.stem(image)
        let usesDracut = image.initrdSystem == "dracut"
        let encryption = kind == nil ? nil : Encryption(type)
        let bootTree = image.initrdSystem == "kiwi" ? options.bootTree : nil
        let initrd =
            usesDracut
            ? part("initrd", .initrd, "\(stem).initrd")
            : bootTree.map {
                part("initrd", .initrd, $0.dracut == nil ? "\(stem).initrd.xz" : "\(stem).initrd")
            }
        var steps: [any BuildStep] = [
            inspection(
                image, tree: tree, kind: kind, bootTree: bootTree, isEncrypted: encryption != nil),
            CopyKernel(tree: tree),
        ]
        var parts = [part("kernel", .kernel, "\(stem)-\(ResultFile.kernelVersion).kernel")]
        if usesDracut {
            // There is no /etc/fstab that would make the root file system writable later.
            let modules = InitrdModules(
                required: encryption == nil ? [] : ["crypt"], own: Self.ownModules(image.initrd),
                commandLine: kind?.isReadOnlyImage == false ? "rw" : nil)
            steps.append(
                MakeInitrd(tree: tree, modules: modules, options: image.initrd, because: type.position))
        }
        steps += bootTree?.initrdSteps(system: tree) ?? []
        if let kind {
            let split = SplitImage(type)
            var fileSystem = FileSystemOptions(image, kind: split?.readWrite ?? kind, isWritable: true)
            fileSystem.label = type.string("rootfs_label")
            if split != nil { fileSystem.part = .readWrite }
            if let encryption {
                steps.append(MakeFileSystem(tree: tree, output: .plainFileSystem, options: fileSystem))
                steps.append(EncryptFileSystem(encryption: encryption))
            } else {
                steps.append(MakeFileSystem(tree: tree, options: fileSystem))
            }
            let isCompressed = type.flag("compressed")
            if isCompressed {
                steps.append(
                    CompressFile(
                        .rootFileSystem, to: .compressedRoot, options: options.xzOptions,
                        what: "the root file system"))
            }
            steps.append(WriteChecksums(isCompressed: isCompressed))
            if split != nil {
                var below = FileSystemOptions(image, kind: kind, isWritable: false)
                below.part = .readOnly
                below.sizeBytes = nil
                below.creation = []
                steps.append(MakeFileSystem(tree: tree, output: .readOnlyPart, options: below))
                steps.append(WriteChecksums(isCompressed: false, isOfReadOnlyPart: true))
                let name = ResultFile.stem(image, name: SplitImage.readOnlyName(image.name))
                parts += [
                    part("read_only", .readOnlyPart, name),
                    part("read_only_sha256", .readOnlySHA256, "\(name).sha256"),
                    part("read_only_md5", .readOnlyMD5, "\(name).md5"),
                ]
            }
            parts.append(part("sha256", .rootSHA256, "\(stem).sha256"))
            parts += [initrd].compactMap { $0 }
            parts.append(
                isCompressed
                    ? part("rootfs", .compressedRoot, "\(stem).xz")
                    : part("rootfs", .rootFileSystem, stem, compress: options.compressInBundle ?? false))
            let commandLine = type.string("kernelcmdline")
            if usesDracut, kind != .squashfs || commandLine != nil || encryption != nil {
                steps.append(
                    WriteAppendLine(
                        commandLine: commandLine, hasUUID: kind != .squashfs, isEncrypted: encryption != nil))
                parts.append(part("append", .appendLine, "\(stem).append"))
            }
            parts.append(part("md5", .rootMD5, "\(stem).md5"))
            if let deploy = type.legacy?.deploy {
                steps.append(
                    WriteClientConfiguration(
                        deploy: deploy, name: "\(image.name).\(image.architecture.resultName)",
                        version: image.version, compression: isCompressed ? "compressed-xz" : nil,
                        readOnlyName: split.map { _ in
                            "\(SplitImage.readOnlyName(image.name)).\(image.architecture.resultName)"
                        }))
                parts.append(part("config", .clientConfiguration, "config.default"))
            }
        } else {
            parts += [initrd].compactMap { $0 }
        }
        // KIWI leaves it out of the archive.
        var others: [ResultFile] = []
        if type.flag("xen_server") || bootTree?.startsXen == true {
            steps.append(CopyHypervisor(tree: tree))
            others.append(CopyHypervisor.result(stem))
        }
        guard type.flag("archive", default: true) else {
            return ResultSteps(
                image: image, options: options, tree: tree, files: parts + others,
                limited: kind == nil ? nil : .rootFileSystem
            ).steps(after: steps)
        }
        let isPlain = type.flag("compressed") && kind != nil
        steps.append(PackKIS(members: parts, compression: isPlain ? nil : options.xzOptions))
        let archive = ResultFile(
            "kis_archive", .kisArchive, name: isPlain ? "\(stem).tar" : "\(stem).tar.xz",
            compress: options.compressInBundle ?? false)
        return ResultSteps(
            image: image, options: options, tree: tree, files: [archive] + others, limited: .kisArchive
        ).steps(after: steps)
    }

    public func notes(for image: ResolvedImage) -> [Diagnostic] {
        let type = image.type
        func note(_ name: String, _ reason: String) -> Diagnostic? {
            type.attributes[name].map {
                Diagnostic("no-effect", .note, at: $0.position, "'\(name)' has no effect here: \(reason)")
            }
        }
        var notes: [Diagnostic?] = []
        if type.string("filesystem") == nil {
            let names = [
                "fscreateoptions", "squashfscompression", "erofscompression", "rootfs_label", "compressed",
                "luks", "luks_version", "luksOS", "luks_pbkdf", "luks_randomize",
            ]
            notes += (names + ["kernelcmdline"]).map {
                note($0, "without 'filesystem' there is no root file system")
            }
            if !type.luksFormatOptions.isEmpty {
                notes.append(
                    Diagnostic(
                        "no-effect", .note, at: type.position(of: "luks"),
                        "<luksformat> has no effect here: without 'filesystem' there is no root file system"))
            }
        } else {
            // A kiwi initrd finds it in its /.profile.
            if image.initrdSystem == "none" {
                notes.append(
                    note("kernelcmdline", "an append line is only written for initrds made by dracut"))
            }
            if !type.flag("luks_randomize", default: true) {
                notes.append(
                    note("luks_randomize", "the whole volume is encrypted, which fills it with random data"))
            }
        }
        if let size = type.size,
            type.string("filesystem").flatMap(FileSystemKind.init)?.isReadOnlyImage ?? true
        {
            notes.append(
                Diagnostic(
                    "no-effect", .note, at: size.position ?? type.position,
                    "size has no effect here: there is no file system that can be written to"))
        }
        return notes.compactMap { $0 }
    }

    /// Our modules that the description asks for: a root that a server brings, or a client that a server
    /// tells what to do.
    static func ownModules(_ options: ResolvedImage.InitrdOptions) -> [String] {
        let wanted = options.addModules + options.setModules
        if wanted.contains("kiwi-netboot") { return ["kiwi-netboot", "kiwi-overlay", "kiwi-lib"] }
        return wanted.contains("kiwi-overlay") ? ["kiwi-overlay", "kiwi-lib"] : []
    }

    private func part(_ key: String, _ artifact: Artifact, _ name: String, compress: Bool = false)
        -> ResultFile
    {
        ResultFile("kis_\(key)", artifact, name: name, compress: compress, shasum: false)
    }

    private func inspection(
        _ image: ResolvedImage, tree: Artifact, kind: FileSystemKind?, bootTree: BootTree?,
        isEncrypted: Bool
    ) -> InspectSystem {
        let type = image.type
        var requirements: [BootRequirement] = []
        if image.initrdSystem == "dracut" {
            requirements = BootRequirement.dracut
            if isEncrypted {
                requirements.append(
                    BootRequirement(
                        .tool, ["cryptsetup"], package: "cryptsetup", for: "opens the root file system"))
            }
        } else if bootTree != nil {
            requirements = [.modulesOfInitrd]
        }
        var step = InspectSystem(
            tree: tree, imageType: type.image, packageManager: image.packageManager.value,
            architecture: image.architecture,
            boot: .init(
                ownModules: image.initrdSystem == "dracut" ? Self.ownModules(image.initrd) : [],
                requirements: requirements,
                kernelModules: [kind, SplitImage(type)?.readWrite].compactMap { $0?.kernelModule }
                    + (isEncrypted ? ["dm-crypt"] : [])),
            because: type.position)
        if kind == .squashfs, let written = type.attributes["squashfscompression"],
            let option = SquashCompression(rawValue: written.value)?.kernelOption
        {
            step.kernelOptions = [Located(option, at: written.position)]
        }
        step.bootTree = bootTree?.tree
        if type.flag("xen_server") || bootTree?.startsXen == true { step.startsXen = true }
        return step
    }

    private func refuse(_ image: ResolvedImage, _ options: CreateOptions) throws(Failure) {
        let type = image.type
        var found: [Diagnostic] = []
        if let deploy = type.legacy?.deploy {
            found += ClientConfiguration.findings(
                deploy, name: "\(image.name).\(image.architecture.resultName)", version: image.version,
                try ClientKeyTable.installed.get()
            ).filter { $0.severity == .error }
        }
        if type.string("filesystem") != nil, let encryption = Encryption(type) {
            found += encryption.diagnostics
            if encryption.passphrase == .random {
                found.append(
                    Diagnostic(
                        "luks-key", at: encryption.position,
                        "a generated key has no place in an image of type \(type.image): nobody could open it",
                        remedy: "write a passphrase, or the path of a file that holds it"))
            }
        }
        if image.initrdSystem == "kiwi", options.bootTree == nil {
            found.append(
                Diagnostic(
                    "no-boot-description",
                    at: type.attributes["initrd_system"]?.position ?? type.position,
                    "the initrd is made from a boot description, and none is named",
                    remedy: type.image == "kis"
                        ? "write image=\"pxe\" with boot=\"...\", or initrd_system=\"dracut\""
                        : "add boot=\"...\" with the path of the description, or initrd_system=\"dracut\""))
        }
        if !found.isEmpty { throw Failure(.descriptionWrong, found) }
    }
}
