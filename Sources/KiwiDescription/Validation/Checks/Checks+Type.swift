extension RuntimeCheck {
    static let typeChecks: [RuntimeCheck] = [xen, appx, partUUID, efiImage, loaderEnvironment]

    private static let xen = RuntimeCheck("check_xen_uniquely_setup_as_server_or_guest") { context in
        let type = context.type
        guard type.flag("xen_server"), context.image.architecture == .x86_64 else { return nil }
        if type.string("firmware") == "ec2" {
            return Finding(
                at: type.position(of: "xen_server"), "an ec2 image is a Xen guest, it cannot be the host",
                remedy: "remove 'xen_server'")
        }
        guard type.machine?.attributes["xen_loader"] != nil else { return nil }
        return Finding(
            at: type.position(of: "xen_server"), "the image is set up as Xen host and as Xen guest",
            remedy: "remove 'xen_server' of <type>, or 'xen_loader' of <machine>")
    }

    private static let appx = RuntimeCheck("check_appx_naming_conventions_valid") { context in
        guard context.type.image == "appx", let history = context.type.containerConfig?.history else {
            return nil
        }
        if let launcher = history.attributes["launcher"],
            launcher.value.contains("\\") || !launcher.value.lowercased().hasSuffix(".exe")
                || launcher.value.utf8.count < 5
        {
            return Finding(
                at: launcher.position, "the launcher '\(launcher.value)' is no program name",
                remedy: "write a name that ends in .exe, without '\\'")
        }
        if let id = history.attributes["application_id"],
            id.value.isEmpty || !id.value.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        {
            return Finding(
                at: id.position,
                "the application id '\(id.value)' has other characters than letters and digits",
                remedy: "write letters and digits only")
        }
        return nil
    }

    private static let partUUID = RuntimeCheck("check_partuuid_persistency_type_used_with_mbr") { context in
        let type = context.type
        guard type.string("devicepersistency") == "by-partuuid" else { return nil }
        let table = type.partitionTable(for: context.image.architecture)
        guard table != "gpt" else { return nil }
        return Finding(
            at: type.position(of: "devicepersistency"),
            "by-partuuid needs a GPT, but the partition table is \(table)",
            remedy: "add firmware=\"uefi\", or choose by-uuid or by-label")
    }

    private static let efiImage = RuntimeCheck("check_efi_fat_image_has_correct_size") { context in
        guard let size = context.type.number("efifatimagesize"), size > 31 else { return nil }
        return Finding(
            at: context.type.position(of: "efifatimagesize"),
            "an EFI image of \(size) MiB does not fit: El Torito allows 65535 sectors of 512 bytes",
            remedy: "write 31 or less")
    }

    private static let loaderEnvironment = RuntimeCheck("check_bootloader_env_compatible_with_loader") {
        context in
        guard let loader = context.type.bootloader, !loader.environment.isEmpty,
            !["grub2", "grub2_s390x_emu", "custom"].contains(loader.name)
        else { return nil }
        return Finding(
            at: loader.position, "the boot loader '\(loader.name)' has no environment",
            remedy: "remove <environment> of <bootloadersettings>")
    }
}

extension ImageType {
    /// The firmware, default of the architecture filled in; empty where there is none (s390).
    public func firmware(for architecture: Architecture) -> String {
        if let written = string("firmware") { return trimmed(written) }
        let name = architecture.rawValue
        if ["x86_64", "ix86", "i386", "i486", "i586", "i686"].contains(name) { return "bios" }
        if name.hasPrefix("ppc") { return "ofw" }
        return name.hasPrefix("s390") ? "" : "efi"
    }

    /// `gpt`, `msdos` or `dasd`. The attribute `force_mbr` is not regarded, as in KIWI's checks.
    public func partitionTable(for architecture: Architecture) -> String {
        let name = architecture.rawValue
        if name.hasPrefix("s390") {
            switch bootloader?.attributes.string("targettype") {
            case "CDL": return "dasd"
            case "GPT": return "gpt"
            default: return "msdos"
            }
        }
        if name.hasPrefix("ppc64") { return "gpt" }
        return ["efi", "uefi"].contains(firmware(for: architecture))
            ? string("efiparttable") ?? "gpt" : "msdos"
    }
}
