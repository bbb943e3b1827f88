/// The `kiwi_*` variables that scripts and the initrd see.
struct EnvironmentVariables {
    private var selection: Selection
    private var image: ResolvedImage
    private var type: ImageType

    init(_ selection: Selection, _ image: ResolvedImage) {
        self.selection = selection
        self.image = image
        type = selection.type
    }

    /// All of them, also the empty ones.
    var all: [String: String] {
        var variables = general
        for (name, value) in typeVariables { variables[name] = value }
        for (name, value) in bootloader { variables[name] = value }
        for (name, value) in preferences { variables[name] = value }
        for (name, value) in conditional { variables[name] = value }
        for (name, value) in volumes { variables[name] = value }
        for (name, value) in oem { variables[name] = value }
        for (name, value) in former { variables[name] = value }
        return variables
    }

    private var general: [String: String] {
        [
            "kiwi_iname": image.name,
            "kiwi_displayname": image.displayName ?? image.name,
            "kiwi_profiles": image.profiles.joined(separator: ","),
            "kiwi_delete": image.deletePackages.map(\.value).joined(separator: " "),
            "kiwi_drivers": image.drivers.map(\.value).joined(separator: ","),
            "kiwi_strip_delete": image.strip.delete.map(\.value).joined(separator: " "),
            "kiwi_strip_tools": image.strip.tools.map(\.value).joined(separator: " "),
            "kiwi_strip_libs": image.strip.libs.map(\.value).joined(separator: " "),
            "kiwi_rootpartuuid": "",
            "kiwi_shasum_suffix": ".sha256",
            "kiwi_luks_empty_passphrase": type.string("luks") == "" ? "true" : "false",
            "kiwi_startsector": type.string("disk_start_sector") ?? "2048",
            "kiwi_align": "1048576",
            "kiwi_sectorsize": "512",
            "kiwi_revision": "",
        ]
    }

    private var typeVariables: [String: String] {
        let names = [
            "compressed", "wwid_wait_timeout", "hybridpersistent", "hybridpersistent_filesystem", "ramonly",
            "target_blocksize", "target_removable", "firmware", "btrfs_root_is_snapper_snapshot",
            "gpt_hybrid_mbr", "devicepersistency", "installboot", "bootkernel", "fsmountoptions",
            "bootprofile",
        ]
        var variables = Dictionary(uniqueKeysWithValues: names.map { ("kiwi_" + $0, attribute($0)) })
        variables["kiwi_type"] = type.image
        variables["kiwi_cmdline"] = attribute("kernelcmdline")
        variables["kiwi_initrd_system"] = type.initrdSystem
        variables["kiwi_btrfs_root_is_snapshot"] = attribute("btrfs_root_is_snapper_snapshot")
        if attribute("target_blocksize").isEmpty { variables["kiwi_target_blocksize"] = "512" }
        return variables
    }

    /// The value of an attribute of the type; booleans as `true` and `false`.
    private func attribute(_ name: String) -> String {
        guard let value = type.string(name) else { return "" }
        guard Schema.elements["type"]?.attribute(name)?.type == .boolean else { return value }
        return value == "true" || value == "1" ? "true" : "false"
    }

    private var bootloader: [String: String] {
        let loader = type.bootloader
        func console(_ text: String) -> String { text.isEmpty ? "default" : text }
        return [
            "kiwi_bootloader": loader?.name ?? "grub2",
            "kiwi_bootloader_console":
                "\(console(loader?.outputConsole ?? "")):\(console(loader?.inputConsole ?? ""))",
            "kiwi_boot_timeout": loader?.attributes.string("timeout") ?? "",
            "kiwi_vga": loader?.attributes.string("video_mode") ?? "auto",
        ]
    }

    private var preferences: [String: String] {
        var variables = ["kiwi_showlicense": image.showLicense.joined(separator: " ")]
        for (name, element) in [
            ("kiwi_iversion", "version"), ("kiwi_keytable", "keytable"), ("kiwi_timezone", "timezone"),
            ("kiwi_language", "locale"), ("kiwi_splash_theme", "bootsplash-theme"),
            ("kiwi_loader_theme", "bootloader-theme"),
        ] {
            if let value = selection.last(element)?.value { variables[name] = value }
        }
        return variables
    }

    /// Scripts of schema 1.x read image and preferences by the names of their elements: `$name`, `$version`.
    private var former: [String: String] {
        let version = selection.description.sourceSchemaVersion.flatMap { SchemaVersion($0) }
        guard let version, version.major == 1 else { return [:] }
        var variables = ["name": image.name]
        for element in ["version", "packagemanager", "locale", "keytable", "timezone"] {
            if let value = selection.last(element)?.value { variables[element] = value }
        }
        return variables
    }

    private var conditional: [String: String] {
        var variables: [String: String] = [:]
        if type.image == "cpio" { variables["kiwi_cpio_name"] = image.name }
        if type.flag("xen_server") { variables["kiwi_xendomain"] = "dom0" }
        if type.image == "oem" { variables["kiwi_install_volid"] = type.string("volid") ?? "INSTALL" }
        if type.image == "iso" { variables["kiwi_live_volid"] = type.string("volid") ?? "CDROM" }
        if type.volumeManagement == .lvm {
            variables["kiwi_lvm"] = "true"
            variables["kiwi_lvmgroup"] = type.volumeGroup
        }
        return variables
    }

    private var volumes: [String: String] {
        var variables: [String: String] = [:]
        var number = 1
        for volume in image.volumes {
            let size =
                switch volume.size {
                case .all: "size:all"
                case .fixed(let megabytes): "size:\(megabytes)"
                case .free(let megabytes): "freespace:\(megabytes)"
                }
            let line = "\(volume.name)|\(size)|\(volume.mountPoint ?? "")"
            if volume.isRoot {
                variables["kiwi_Volume_Root"] = line
            } else {
                variables["kiwi_Volume_\(number)"] = line
                number += 1
            }
        }
        return variables
    }

    private var oem: [String: String] {
        guard let config = type.oemConfig else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: Self.oemNames.map { name, element in
                guard let value = config[element]?.value else { return (name, "") }
                guard Schema.elements[element]?.content == .boolean else { return (name, value) }
                return (name, config.trimmedBoolean(element) ?? false ? "true" : "false")
            })
    }

    /// Variables and the elements of `<oemconfig>` they come from.
    private static let oemNames: [(String, String)] = [
        ("kiwi_oemvmcp_parmfile", "oem-vmcp-parmfile"), ("kiwi_oemmultipath_scan", "oem-multipath-scan"),
        ("kiwi_oemswapMB", "oem-swapsize"), ("kiwi_oemrootMB", "oem-systemsize"),
        ("kiwi_oemresizeonce", "oem-resize-once"), ("kiwi_oempartition_install", "oem-partition-install"),
        ("kiwi_oemramdisksize", "oem-ramdisk-size"), ("kiwi_oemdevicefilter", "oem-device-filter"),
        ("kiwi_oemtitle", "oem-boot-title"), ("kiwi_oemkboot", "oem-kiwi-initrd"),
        ("kiwi_oemnicfilter", "oem-nic-filter"), ("kiwi_oemreboot", "oem-reboot"),
        ("kiwi_oemrebootinteractive", "oem-reboot-interactive"), ("kiwi_oemshutdown", "oem-shutdown"),
        ("kiwi_oemshutdowninteractive", "oem-shutdown-interactive"),
        ("kiwi_oemsilentboot", "oem-silent-boot"),
        ("kiwi_oemsilentinstall", "oem-silent-install"), ("kiwi_oemsilentverify", "oem-silent-verify"),
        ("kiwi_oemskipverify", "oem-skip-verify"), ("kiwi_oembootwait", "oem-bootwait"),
        ("kiwi_oemunattended", "oem-unattended"), ("kiwi_oemunattended_id", "oem-unattended-id"),
        ("kiwi_oemrecovery", "oem-recovery"), ("kiwi_oemrecoveryID", "oem-recoveryID"),
        ("kiwi_oemrecoveryPartSize", "oem-recovery-part-size"),
        ("kiwi_oemrecoveryInPlace", "oem-inplace-recovery"),
    ]
}

extension ImageType.Bootloader {
    /// Words for the loader's output terminal; empty when unset or `none`.
    public var outputConsole: String {
        let written = attributes.string("output_console") ?? ""
        return written == "none" ? "" : written
    }

    /// As ``outputConsole``, which it is where it is not written.
    public var inputConsole: String {
        guard let written = attributes.string("input_console") else { return outputConsole }
        return written == "none" ? "" : written
    }
}
