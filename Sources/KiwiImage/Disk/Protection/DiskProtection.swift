import KiwiDescription
import KiwiDiagnostics
import KiwiStorage

/// Which of `overlayroot`, `verity_blocks` and `standalone_integrity` go together, and with what else. Pure.
enum DiskProtection {
    static func diagnostics(for image: ResolvedImage) -> [Diagnostic] {
        let type = image.type
        var found: [Diagnostic] = []
        func refuse(_ attribute: String, _ message: String, _ remedy: String) {
            found.append(
                Diagnostic(
                    "unsupported-attribute", at: type.position(of: attribute), message, remedy: remedy))
        }
        let isOverlay = type.flag("overlayroot")
        let hasVerity = VerityPlan(type) != nil
        let hasIntegrity = IntegrityVolume(type) != nil
        let kinds: [(isAsked: Bool, attribute: String)] = [
            (isOverlay, "overlayroot"), (hasVerity, "verity_blocks"),
            (hasIntegrity, "standalone_integrity"),
        ]
        let bootIsRoot = !type.hasBootPartition && !isOverlay
        let followsRoot = type.hasBootPartition && type.attributes["bootfilesystem"] == nil
        if bootIsRoot || followsRoot, !type.startsFromEFIOnly, kind(type)?.isReadOnlyImage ?? false {
            refuse(
                "filesystem",
                "GRUB cannot find a kernel on a file system of type '\(type.string("filesystem") ?? "")'",
                (bootIsRoot ? "write bootpartition=\"true\" and " : "write ") + "bootfilesystem=\"ext4\"")
        }
        guard let first = kinds.first(where: { $0.isAsked })?.attribute else { return [] }

        if !type.hasBootPartition, !type.startsFromEFIOnly {
            refuse(
                type.attributes["bootpartition"] == nil ? first : "bootpartition",
                "GRUB cannot read a root with '\(first)': the kernel needs a partition of its own",
                "write bootpartition=\"true\"")
        }
        if image.initrdSystem != "dracut" {
            refuse(
                type.attributes["initrd_system"] == nil ? first : "initrd_system",
                "a root with '\(first)' needs an initrd that opens it", "write initrd_system=\"dracut\"")
        }
        if isOverlay || hasVerity {
            let others = ["luks", "mdraid", "standalone_integrity"].filter { isSet($0, type) }
            for name in others {
                refuse(
                    name, "'\(name)' together with '\(first)' is not built by this version yet",
                    "remove one of them")
            }
            if let disk = type.systemDisk {
                found.append(
                    Diagnostic(
                        "unsupported-attribute", at: disk.position, "'\(first)' does not go with volumes",
                        remedy: "remove <systemdisk>, or '\(first)'"))
            }
        }
        if isOverlay, type.hasWritePartition, kind(type)?.isReadOnlyImage ?? false {
            refuse(
                "filesystem", "the overlay cannot write to '\(type.string("filesystem") ?? "")'",
                "write filesystem=\"ext4\", \"xfs\" or \"btrfs\", or overlayroot_write_partition=\"false\"")
        }
        if type.startsFromEFIOnly, hasVerity || type.attributes["integrity_keyfile"] != nil {
            refuse(
                hasVerity ? "verity_blocks" : "integrity_keyfile",
                "what opens the root is added to an initrd in /boot: there is none with systemd-boot or a unified kernel image",
                "write <bootloader name=\"grub2\"> without uefi=\"true\"")
        }
        if !isOverlay, type.number("root_clone") ?? 0 > 0 {
            refuse(
                "root_clone", "a copy of a root with '\(first)' is not built by this version yet", "remove it"
            )
        }
        if hasIntegrity, type.number("target_blocksize") ?? 512 != 512 {
            refuse(
                "target_blocksize", "dm-integrity is made for sectors of 512 bytes",
                "remove 'target_blocksize' or 'standalone_integrity'")
        }
        return found
    }

    // MARK: without effect in this image

    static func notes(for image: ResolvedImage) -> [Diagnostic] {
        let type = image.type
        var found: [Diagnostic] = []
        func note(_ names: [String], _ reason: String) {
            for name in names where type.attributes[name] != nil {
                found.append(noEffect(type.position(of: name), name, reason))
            }
        }
        if type.flag("overlayroot") {
            if !type.hasWritePartition {
                note(
                    ["fscreateoptions", "fsmountoptions", "rootfs_label"],
                    "there is no partition for changes")
            }
            if type.string("overlayroot_readonly_filesystem") == "erofs" {
                note(["squashfscompression"], "the read-only root is an erofs")
            }
        }
        if let integrity = IntegrityVolume(type) {
            if integrity.keyFile == nil {
                note(
                    ["integrity_legacy_hmac", "integrity_metadata_key_description"],
                    "without integrity_keyfile there is no HMAC")
            } else if !type.flag("embed_integrity_metadata") {
                note(
                    ["integrity_metadata_key_description"],
                    "without embed_integrity_metadata nothing names the key")
            }
        }
        if !grows(type) {
            let names =
                ["oem-resize", "oem-resize-once"]
                + (type.flag("spare_part_is_last") ? [] : ["oem-systemsize"])
            for name in names where type.oemFlag("oem-resize", default: true) {
                guard let element = type.oemConfig?[name] else { continue }
                found.append(noEffect(element.position, name, "nothing can grow on this disk"))
            }
        }
        return found
    }

    private static func noEffect(_ position: Position?, _ name: String, _ reason: String) -> Diagnostic {
        Diagnostic("no-effect", .note, at: position, "'\(name)' has no effect here: \(reason)")
    }

    /// As ``DiskSystem/canGrow``.
    private static func grows(_ type: ImageType) -> Bool {
        if type.flag("spare_part_is_last"), type.spareMegabytes != nil { return true }
        if type.flag("overlayroot") { return type.hasWritePartition }
        return VerityPlan(type) == nil && IntegrityVolume(type) == nil
    }

    private static func kind(_ type: ImageType) -> FileSystemKind? {
        FileSystemKind(rawValue: type.string("filesystem") ?? "ext4")
    }

    private static func isSet(_ name: String, _ type: ImageType) -> Bool {
        guard let text = type.string(name) else { return false }
        return text != "false"
    }
}
