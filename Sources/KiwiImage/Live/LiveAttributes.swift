import KiwiDescription
import KiwiDiagnostics

/// What becomes of every attribute that a live ISO's `<type>` and `<bootloader>` may have:
/// used, refused, or without effect here and said so. A test walks all.
public enum LiveAttributes {
    public enum Use: Sendable, Hashable {
        case used
        /// Shown as a note at the attribute.
        case noEffect(String)
        /// Stops the build at the attribute, with what to do instead.
        case refused(String, remedy: String)
    }

    /// Attributes of `<type>` by name.
    public static let type: [String: Use] = [
        "image": .used,
        "primary": .used,
        "bundle_format": .used,
        "kernelcmdline": .used,
        "firmware": .used,
        "filesystem": .used,
        "fscreateoptions": .used,
        "squashfscompression": .used,
        "erofscompression": .used,
        "efiparttable": .used,
        "gpt_hybrid_mbr": .used,
        "eficsm": .used,
        "efifatimagesize": .used,
        "editbootconfig": .used,
        "volid": .used,
        "application_id": .used,
        "publisher": .used,
        "flags": .used,
        "hybridpersistent": .used,
        "hybridpersistent_filesystem": .used,
        "mediacheck": .used,
        // The configuration layer labels the tree.
        "selinux_policy": .used,
        "bootkernel": .noEffect("it chooses the kernel of a custom boot image; a live ISO boots with dracut"),
        "bootprofile": .noEffect("it chooses a profile of a custom boot image; a live ISO boots with dracut"),
        "initrd_system": .noEffect("a live ISO always boots with dracut"),
        "devicepersistency": .noEffect("a live system finds its medium by the volume id"),
        "fsmountoptions": .noEffect("a live system has no /etc/fstab of its own"),
        "overlayroot_readonly_createoptions": .noEffect("it is for disks with an overlay root"),
        "luks_version": .noEffect("without luks nothing is encrypted"),
        "luks_randomize": .noEffect("without luks nothing is encrypted"),
        "luksOS": .noEffect("without luks nothing is encrypted"),
        "luks_pbkdf": .noEffect("without luks nothing is encrypted"),
        "luks": .refused(
            "an encrypted live ISO is not built by this version yet", remedy: "remove the attribute"),
        "verity_blocks": .refused(
            "a live ISO with dm-verity is not built by this version yet",
            remedy: "remove the attribute, or use mediacheck=\"true\" to detect damage"),
    ]

    /// Attributes of `<bootloader>` by name; its `name` is looked at by value.
    public static let bootloader: [String: Use] = [
        "name": .used,
        "output_console": .used,
        "input_console": .used,
        "serial_line": .used,
        "video_mode": .used,
        "timeout": .used,
        "timeout_style": .used,
        "grub_template": .used,
        "bls": .noEffect("the menu of a live ISO is written by the builder"),
        "use_disk_password": .noEffect("the boot files of a live ISO are not encrypted"),
        "targettype": .noEffect("it describes disks of s390"),
    ]

    /// Everything refused, as errors, and everything without effect, as notes, in file order.
    public static func diagnostics(for image: ImageType) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for (name, value) in image.attributes {
            found += diagnostics(name, value, Self.type[name], element: "type")
        }
        for (name, value) in image.bootloader?.attributes ?? [:] {
            found += diagnostics(name, value, Self.bootloader[name], element: "bootloader")
        }
        if let loader = image.bootloader {
            switch loader.name {
            case "grub2": break
            case "custom":
                found.append(
                    Diagnostic(
                        "no-effect", .note, at: loader.position,
                        "bootloader \"custom\": a live ISO always gets GRUB; editbootconfig may change its menu"
                    ))
            default:
                found.append(
                    Diagnostic(
                        "unsupported-bootloader", at: loader.position,
                        "bootloader \"\(loader.name)\" is not built into live ISOs by this version yet",
                        remedy: "write name=\"grub2\""))
            }
        }
        return found.sorted { left, right in
            switch (left.position, right.position) {
            case (let a?, let b?) where a != b: a < b
            case (nil, .some): true
            case (.some, nil): false
            default: left.message < right.message
            }
        }
    }

    private static func diagnostics(
        _ name: String, _ value: Located<String>, _ use: Use?, element: String
    ) -> [Diagnostic] {
        switch use {
        case .used: []
        case .noEffect(let reason):
            [
                Diagnostic(
                    "no-effect", .note, at: value.position,
                    "\(element) attribute '\(name)' has no effect here: \(reason)")
            ]
        case .refused(let reason, let remedy):
            [Diagnostic("unsupported-attribute", at: value.position, reason, remedy: remedy)]
        case nil:
            [
                Diagnostic(
                    "unsupported-attribute", at: value.position,
                    "\(element) attribute '\(name)' is not known for a live ISO", remedy: "remove it")
            ]
        }
    }
}
