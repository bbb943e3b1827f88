import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage

/// What of a disk's description this version refuses, and what has no effect. Pure.
enum DiskAttributes {
    /// Modules of the system's own initrd.
    static func initrdModules(_ type: ImageType, _ stack: RootStack) -> InitrdModules {
        var modules = InitrdModules()
        if type.oemFlag("oem-resize", default: true) {
            modules = InitrdModules(required: ["kiwi-repart"], own: ["kiwi-repart", "kiwi-lib"])
        }
        if stack.volumeGroup != nil { modules.required.append("lvm") }
        if stack.encryption != nil { modules.required.append("crypt") }
        if stack.raid != nil { modules.required.append("mdraid") }
        return modules
    }

    static func diagnostics(for image: ResolvedImage) -> [Diagnostic] {
        let type = image.type
        var found: [Diagnostic] = []
        func refuse(_ position: Position?, _ what: String, _ remedy: String = "remove it") {
            found.append(
                Diagnostic(
                    "unsupported-attribute", at: position, "\(what) is not built by this version yet",
                    remedy: remedy))
        }
        for (name, what) in refused where isSet(name, type) { refuse(type.position(of: name), what) }
        if let encryption = Encryption(type) { found += encryption.diagnostics }
        found += DiskProtection.diagnostics(for: image)
        if let word = type.bootloader?.attributes["use_disk_password"], word.value == "true" {
            refuse(word.position, "a boot loader that knows the passphrase")
        }
        for (name, what) in refusedElements where type.oemFlag(name) {
            refuse(type.oemConfig?[name]?.position, what)
        }
        if image.initrdSystem == "kiwi" {
            refuse(
                type.position(of: type.string("initrd_system") == nil ? "boot" : "initrd_system"),
                "an initrd built from a boot description", "write initrd_system=\"dracut\"")
        }
        found += nameErrors(image)
        return found + loaderErrors(image) + signatureWarnings(image) + notes(for: image)
            + DiskProtection.notes(for: image)
    }

    // MARK: without effect in this image

    private static func notes(for image: ResolvedImage) -> [Diagnostic] {
        let type = image.type
        var found: [Diagnostic] = []
        func note(_ position: Position?, _ name: String, _ reason: String) {
            found.append(
                Diagnostic("no-effect", .note, at: position, "'\(name)' has no effect here: \(reason)"))
        }
        func attributes(_ names: [String], _ reason: String) {
            for name in names where type.attributes[name] != nil {
                note(type.position(of: name), name, reason)
            }
        }
        func elements(_ names: [String], _ reason: String) {
            for name in names where type.oemConfig?[name] != nil {
                note(type.oemConfig?[name]?.position, name, reason)
            }
        }
        let isEFI = type.isEFIBootable(on: image.architecture)
        if !isEFI {
            attributes(
                [
                    "efipartsize", "efipart_id", "efimountoptions", "efiparttable", "eficsm", "eficsmpart_id",
                    "target_removable",
                ], "firmware \"\(type.firmware(for: image.architecture))\" has no EFI partition")
        } else {
            attributes(
                ["target_removable"],
                "the loader always stands where firmware finds it without an entry of its own")
            if !type.isBIOSBootable(on: image.architecture) {
                attributes(
                    (type.startsFromEFIOnly ? ["eficsm"] : []) + ["eficsmpart_id"],
                    "there is no BIOS boot partition")
            }
        }
        if type.partitionTable(for: image.architecture) != "gpt" {
            attributes(["force_mbr", "gpt_hybrid_mbr"], "the disk has no GPT anyway")
        } else if type.flag("force_mbr") {
            attributes(["gpt_hybrid_mbr"], "force_mbr leaves no GPT")
        }
        if !type.hasBootPartition {
            attributes(
                ["bootpartsize", "bootfilesystem", "bootpart_id", "boot_clone"],
                "there is no boot partition")
        }
        if type.string("spare_part") != nil, type.string("spare_part_fs") == nil {
            attributes(["spare_part_mountpoint"], "without spare_part_fs there is nothing to mount")
        }
        attributes(["boot"], "dracut makes the initrd, no boot description does")
        attributes(["ramonly", "wwid_wait_timeout"], "only scripts see it, in /.profile")
        for partition in type.partitions where partition.fileSystem == nil {
            if let mount = partition.mountPoint {
                note(
                    partition.position, "mountpoint",
                    "partition '\(partition.name)' has no file system (\(mount))")
            }
            if !partition.label.isEmpty {
                note(
                    partition.position, "label",
                    "partition '\(partition.name)' has no file system (\(partition.label))")
            }
        }
        attributes(["luks_randomize"], "the whole volume is encrypted, which fills it with random data")
        if let written = type.systemDisk?.attributes["preferlvm"], type.string("filesystem") != "btrfs" {
            note(written.position, "preferlvm", "volumes of this file system are always those of LVM")
        }
        btrfsNotes(type, note)
        loaderNotes(image, note)
        if type.swapMegabytes == nil { elements(["oem-swapsize", "oem-swapname"], "there is no swap space") }
        if !type.oemFlag("oem-resize", default: true) {
            elements(["oem-resize-once"], "the disk does not grow")
        }
        elements(
            [
                "oem-bootwait", "oem-kiwi-initrd", "oem-nic-filter", "oem-partition-install",
                "oem-silent-boot", "oem-vmcp-parmfile",
            ], "nothing reads it any more")
        if !type.oemFlag("oem-recovery") {
            elements(
                ["oem-recoveryID", "oem-recovery-part-size", "oem-inplace-recovery"],
                "there is no recovery archive")
        }
        if !["installiso", "installstick", "installpxe"].contains(where: { type.flag($0) }) {
            elements(installer, "there is no installation medium")
        }
        return found
    }

    /// What the installer's boot code reads.
    private static let installer = [
        "oem-device-filter", "oem-ramdisk-size", "oem-reboot", "oem-reboot-interactive", "oem-shutdown",
        "oem-shutdown-interactive", "oem-silent-install", "oem-silent-verify", "oem-skip-verify",
        "oem-unattended", "oem-unattended-id",
    ]

    private static func isSet(_ name: String, _ type: ImageType) -> Bool {
        guard let text = type.string(name) else { return false }
        return text != "false" && text != "0"
    }

    private static let refused: [(String, String)] = [
        ("xen_server", "a disk that starts Xen"),
        ("spare_part_fs_attributes", "a file system with attributes"),
    ]

    private static let refusedElements: [(String, String)] = [("oem-recovery", "a recovery archive")]
}
