import KiwiBoot
import KiwiDescription

/// What the distribution's own tools must know to make the same boot menu again. Pure.
struct DiskSettings: Sendable, Codable, Hashable {
    var menu: MenuOptions
    /// `timeout_style` where written.
    var timeoutStyle: String?
    var isEncrypted: Bool
    var isSigned: Bool
    var isEFI: Bool
    /// `bls`.
    var usesEntryFiles: Bool
    /// Options for grub-mkconfig.
    var configurationOptions: [String]

    init(_ image: ResolvedImage, menu: MenuOptions) {
        let type = image.type
        self.menu = menu
        timeoutStyle = type.bootloader?.attributes["timeout_style"]?.value
        isEncrypted = type.string("luks") != nil
        isSigned = type.firmware(for: image.architecture) == "uefi"
        isEFI = type.isEFIBootable(on: image.architecture)
        usesEntryFiles = type.bootloader?.attributes.boolean("bls") ?? true
        configurationOptions = type.bootloader?.configOptions ?? []
    }

    /// `/etc/default/grub`.
    func defaultGrub(_ system: DiskSystem, _ facts: TreeFacts, _ ids: ImageIDs) -> ShellSettings {
        var result = ShellSettings()
        let words = system.commandLine(ids).split(separator: " ").filter { !$0.hasPrefix("root=") }
        result.set("GRUB_TIMEOUT", "\(menu.timeout ?? -1)")
        result.set("GRUB_TIMEOUT_STYLE", timeoutStyle)
        result.set("GRUB_GFXMODE", menu.videoMode)
        result.setQuoted("GRUB_TERMINAL_INPUT", menu.input.joined(separator: " "))
        result.setQuoted("GRUB_TERMINAL_OUTPUT", menu.output.joined(separator: " "))
        if (menu.input + menu.output).contains("serial") {
            result.setQuoted(
                "GRUB_SERIAL_COMMAND", "serial" + (menu.serialLine.isEmpty ? "" : " \(menu.serialLine)"))
        }
        result.setQuoted("GRUB_CMDLINE_LINUX_DEFAULT", words.joined(separator: " "))
        switch system.persistency {
        // No tool would find this out from the running system.
        case _ where system.hasOwnRootName:
            result.setQuoted("GRUB_CMDLINE_LINUX", "root=\(system.rootName(ids))")
        case .uuid: break
        case .label:
            result.setQuoted("GRUB_CMDLINE_LINUX", "root=\(system.device(system.fileSystems[0], ids))")
            result.set("SUSE_REMOVE_LINUX_ROOT_PARAM", "true")
            result.set("GRUB_ENABLE_LINUX_LABEL", "true")
            result.set("GRUB_DISABLE_LINUX_UUID", "true")
        case .partitionUUID:
            result.set("GRUB_DISABLE_LINUX_UUID", "true")
            result.set("GRUB_DISABLE_LINUX_PARTUUID", "false")
        }
        result.setQuoted("GRUB_DISTRIBUTOR", menu.title)
        if let theme = facts.theme, let name = theme.split(separator: "/").last {
            result.set("GRUB_THEME", "/boot/\(facts.grubName)/themes/\(name)/theme.txt")
        }
        if system.subvolumes?.isSnapper ?? false { result.set("SUSE_BTRFS_SNAPSHOT_BOOTING", "true") }
        if isEncrypted { result.set("GRUB_ENABLE_CRYPTODISK", "y") }
        if usesEntryFiles, facts.usesEntryFiles { result.set("GRUB_ENABLE_BLSCFG", "true") }
        result.setDefault("GRUB_DEFAULT", "saved")
        return result
    }

    /// `/etc/sysconfig/bootloader`.
    func sysconfig(_ system: DiskSystem, _ ids: ImageIDs) -> ShellSettings {
        var result = ShellSettings()
        let loader = usesEntryFiles ? "grub2-bls" : isEFI ? "grub2-efi" : "grub2"
        result.setQuoted("LOADER_TYPE", loader)
        result.setQuoted("LOADER_LOCATION", isEFI ? "none" : "mbr")
        if isEFI { result.setQuoted("SECURE_BOOT", isSigned ? "yes" : "no") }
        if configurationOptions.contains("--set-trusted-boot") { result.setQuoted("TRUSTED_BOOT", "yes") }
        result.setQuoted("DEFAULT_APPEND", system.commandLine(ids))
        result.setQuoted("FAILSAFE_APPEND", system.commandLine(ids, failsafe: true))
        return result
    }
}
