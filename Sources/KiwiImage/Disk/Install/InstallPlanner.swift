import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

extension Artifact {
    /// The installer's initrd.
    static let installInitrd = Artifact.file("install-initrd")
    /// A folder with what it must know.
    static let installFiles = Artifact.file("install-files")
    /// A squashfs with the disk and its checksum.
    static let installPayload = Artifact.file("install-payload")
    /// The initrd of the installed system, with everything it has on the disk.
    static let systemInitrd = Artifact.file("system-initrd")
    static let installArchive = Artifact.file("install.tar")
    static let compressedDisk = Artifact.file("disk.xz")
}

/// Plans what installs a disk image: an ISO, an archive for the network. Pure.
struct InstallPlanner {
    var image: ResolvedImage
    var system: DiskSystem
    var firmware: BootFirmware
    var options: CreateOptions
    var tree: Artifact

    private var type: ImageType { image.type }
    private var stem: String { ResultFile.stem(image) }

    var makesISO: Bool { type.flag("installiso") || type.flag("installstick") }
    var makesArchive: Bool { type.flag("installpxe") }
    var makesAnything: Bool { makesISO || makesArchive }

    static let ownModules = ["kiwi-dump", "kiwi-dump-reboot", "kiwi-lib"]

    /// What the installer's boot code must find in the tree, as its lists call it.
    var layout: [String] {
        makesAnything
            ? (makesArchive ? ["network"] : []) + (type.oemText("oem-ramdisk-size") == nil ? [] : ["ramdisk"])
            : []
    }

    var files: [ResultFile] {
        var files: [ResultFile] = []
        if makesISO { files.append(ResultFile("installation_image", .iso, name: "\(stem).install.iso")) }
        if makesArchive {
            files.append(
                ResultFile("installation_pxe_archive", .installArchive, name: "\(stem).install.tar"))
        }
        return files
    }

    /// What must be found good before results appear.
    var after: [Artifact] { makesISO ? [.isoVerified] : [] }

    var steps: [any BuildStep] {
        guard makesAnything else { return [] }
        var steps: [any BuildStep] = [
            MakeInstallFiles(system: system), initrd,
            CopySystemInitrd(packageManager: image.packageManager.value, tree: system.initrdTree),
        ]
        if makesISO { steps += isoSteps }
        if makesArchive {
            steps.append(CopyKernel(tree: tree))
            steps.append(
                CompressFile(.disk, to: .compressedDisk, options: options.xzOptions, what: "the disk"))
            steps.append(
                PackInstallArchive(stem: stem, system: system, commandLine: type.string("kernelcmdline")))
        }
        return steps
    }

    private var initrd: MakeInitrd {
        var options = image.installInitrd
        options.omitModules.append("kiwi-repart")
        if !type.oemFlag("oem-multipath-scan") { options.omitModules.append("multipath") }
        var step = MakeInitrd(
            tree: tree,
            modules: InitrdModules(
                required: ["kiwi-dump", "kiwi-dump-reboot"], own: InstallPlanner.ownModules),
            options: options, output: .installInitrd, because: type.position)
        step.files = .installFiles
        return step
    }

    // MARK: ISO

    private var volumeID: String { type.string("volid") ?? "INSTALL" }

    private var medium: MediumOptions {
        MediumOptions(
            firmware: mediumFirmware, volumeID: volumeID, publisher: "",
            applicationID: type.string("application_id"))
    }

    /// A CD has sectors of its own: BIOS machines start it whatever the disk's are.
    private var mediumFirmware: BootFirmware {
        var result = firmware
        if result.efi != .no { result.table = .gpt }
        return result
    }

    private var contents: [String: Artifact] {
        ["\(image.name).raw.squashfs": .installPayload, "initrd.system_image": .systemInitrd]
    }

    private var menu: MenuOptions {
        let title = image.bootTitle
        let options = [
            type.string("kernelcmdline") ?? "", "loglevel=0", "root=install:CDLABEL=\(volumeID)", "cdinst=1",
        ].filter { !$0.isEmpty }.joined(separator: " ")
        var entries: [GrubMenu.Entry] = [
            .hardDisk(title: "Boot from Hard Disk"), .linux(title: "Install \(title)", options: options),
        ]
        let hasFailsafe = type.flag("installprovidefailsafe", default: true)
        if hasFailsafe {
            entries.append(
                .linux(
                    title: "Failsafe -- Install \(title)",
                    options: "\(options) \(KernelOptions.failsafe.joined(separator: " "))"))
        }
        var menu = MenuOptions(
            title: title, entries: entries, bootloader: type.bootloader, folder: image.folder)
        switch type.string("installboot") {
        case "install": menu.defaultEntry = 1
        case "failsafe-install": menu.defaultEntry = hasFailsafe ? 2 : 1
        default: menu.defaultEntry = 0
        }
        if !type.flag("install_continue_on_timeout", default: true) { menu.timeout = nil }
        return menu
    }

    private var isoSteps: [any BuildStep] {
        var loader = MakeLoader(
            tree: tree, architecture: image.architecture, firmware: mediumFirmware, menu: menu,
            folder: image.folder, because: type.bootloader?.position ?? type.position)
        loader.files = ["config.isoclient": "IMAGE=\"\(image.name).raw\"\n"]
        return [
            PackInstallPayload(
                name: image.name,
                squash: SquashChoice(
                    written: type.string("squashfscompression").flatMap(SquashCompression.init),
                    architecture: image.architecture), because: type.position),
            loader,
            MakeESP(
                fixedBytes: type.number("efifatimagesize").map { Int64($0) * ByteCount.mebi },
                because: type.position(of: "efifatimagesize")),
            MakeISO(
                architecture: image.architecture, medium: medium, loader: .loader, initrd: .installInitrd,
                contents: contents, because: type.position),
            TagMedia(enabled: false, because: type.position),
            VerifyISO(
                architecture: image.architecture, medium: medium, mediaCheck: false, loader: .loader,
                initrd: .installInitrd, contents: contents, because: type.position),
        ]
    }
}
