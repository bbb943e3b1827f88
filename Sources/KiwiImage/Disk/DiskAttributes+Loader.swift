import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage

/// The boot loader of a disk: what is refused, and what has no effect.
extension DiskAttributes {
    static func loaderErrors(_ image: ResolvedImage) -> [Diagnostic] {
        let type = image.type
        var found: [Diagnostic] = []
        func refuse(_ position: Position?, _ what: String, _ remedy: String) {
            found.append(Diagnostic("unsupported-attribute", at: position, what, remedy: remedy))
        }
        if let loader = type.bootloader, LoaderKind(type) == nil {
            refuse(
                loader.position,
                "the boot loader '\(loader.name)' is for s390, disks for it are not built by this version",
                "write name=\"grub2\"")
        }
        let isEFI = type.isEFIBootable(on: image.architecture)
        let firmware = type.firmware(for: image.architecture)
        if LoaderKind(type) == .systemdBoot, !isEFI {
            refuse(
                type.bootloader?.position,
                "systemd-boot starts from EFI only, the firmware is \"\(firmware)\"",
                "write firmware=\"efi\" or \"uefi\", or name=\"grub2\"")
        }
        if let kind = LoaderKind(type), kind != .grub2 {
            for name in ["installiso", "installstick"] where type.flag(name) {
                refuse(
                    type.position(of: name),
                    "an installation ISO is started by GRUB, the disk by '\(kind.rawValue)'",
                    "use installpxe, or write name=\"grub2\"")
            }
        }
        guard type.hasUnifiedKernel else { return found }
        for name in ["installiso", "installstick", "installpxe"] where type.flag(name) {
            refuse(
                type.position(of: name),
                "an installer starts the system with an initrd, the unified kernel image leaves none",
                "remove \(name), or uefi=\"true\"")
        }
        let position = setup(type)?.position ?? type.position
        if !isEFI {
            refuse(
                position, "a unified kernel image starts from EFI only, the firmware is \"\(firmware)\"",
                "write firmware=\"efi\" or \"uefi\", or remove uefi=\"true\"")
        }
        if image.initrdSystem != "dracut" {
            refuse(
                position, "a unified kernel image has an initrd of dracut inside",
                "write initrd_system=\"dracut\", or remove uefi=\"true\"")
        }
        if Encryption(type)?.needsKeyFile(bootIsEncrypted: false) ?? false {
            refuse(
                position, "a unified kernel image cannot hold the key of the root: it is made before the key",
                "write a passphrase in luks, or remove uefi=\"true\"")
        }
        return found
    }

    private static func setup(_ type: ImageType) -> ImageType.InitrdAction? {
        type.initrd.last { $0.action == "setup" }
    }

    static func loaderNotes(_ image: ResolvedImage, _ note: (Position?, String, String) -> Void) {
        let type = image.type
        for action in type.initrd where action.uefi && action.action != "setup" {
            note(action.position, "uefi", "it counts with action=\"setup\"")
        }
        guard let loader = type.bootloader, let kind = LoaderKind(type) else { return }
        func options(_ element: String, _ words: [String], _ reason: String) {
            if !words.isEmpty {
                note(loader.position, element, "\(reason) (\(words.joined(separator: " ")))")
            }
        }
        let reason =
            switch kind {
            case .grub2: "GRUB is put together without"
            case .systemdBoot: "systemd-boot knows no"
            case .custom: "the scripts of the description put the loader there, without"
            }
        options("installoption", loader.installOptions, "\(reason) grub-install")
        options("shimoption", loader.shimOptions, "\(reason) shim-install")
        if kind == .systemdBoot { options("configoption", loader.configOptions, "\(reason) grub-mkconfig") }
        if kind == .custom {
            options("configoption", loader.configOptions, "\(reason) grub-mkconfig")
            options("environment", loader.environment.map(\.name), reason + " GRUB's environment block")
        }
        if kind == .grub2, type.hasUnifiedKernel {
            for name in loader.attributes.keys.sorted() where name != "name" && name != "targettype" {
                note(loader.attributes[name]?.position, name, "GRUB starts the unified kernel image at once")
            }
        }
        if let target = loader.attributes["targettype"] {
            note(target.position, "targettype", "only disks of s390 have one")
        }
    }

    /// What the firmware will refuse where Secure Boot is on.
    static func signatureWarnings(_ image: ResolvedImage) -> [Diagnostic] {
        guard image.type.hasUnifiedKernel, image.type.firmware(for: image.architecture) == "uefi" else {
            return []
        }
        return [
            Diagnostic(
                "unsigned-kernel", .warning, at: setup(image.type)?.position,
                "nobody signs the unified kernel image: it does not start where Secure Boot is on",
                remedy: "write firmware=\"efi\", or remove uefi=\"true\"")
        ]
    }
}
