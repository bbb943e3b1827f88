import KiwiDiagnostics

extension UpgradeRepair {
    static let typeRepairs: [UpgradeRepair] = [
        .first(olderThan: SchemaVersion(4, 1), trimNames),
        .before(2, 0, splitPair), .before(5, 0, xen), .before(5, 2, usb), .before(6, 3, split),
        .before(6, 5, containers), .before(7, 0, deploy),
        .last(vanishedTypes), .last(fileSystems), .last(initrd), .last(formats), .last(attributesForType),
    ]

    @Sendable private static func trimNames(_ image: inout Element, _ context: inout Context) {
        image.eachType { if $0.text != $0.word { $0.setText($0.word) } }
    }

    // MARK: - Types of the first manual

    /// The step to 2.0 would drop `primary`.
    @Sendable private static func splitPair(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            guard type.word == "split", let facts = context.facts(type), let pair = facts.fileSystem,
                let write = facts.readWriteFileSystem, let read = facts.readOnlyFileSystem
            else { return }
            type.remove(attribute: "filesystem")
            type.set("fsreadwrite", write.value, at: pair.position)
            type.set("fsreadonly", read.value, at: pair.position)
        }
    }

    /// A Xen guest is a disk that says how Xen starts it.
    @Sendable private static func xen(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            guard type["image"] == "xen" else { return }
            type.set("image", "vmx")
            type.drop(attributes: "boot", "bootkernel", "bootprofile")
            let isHost = type.children("machine").contains { $0["domain"] == "dom0" }
            if !isHost {
                type.withChild("machine", for: type.position) { machine in
                    machine.set("domain", "domU", at: machine.position)
                    machine.set("xen_loader", "pygrub", at: machine.position)
                }
            }
            context.replaced(
                "the image type 'xen' became a disk for Xen: 'oem' with xen_loader=\"pygrub\"",
                at: type.position, "make sure its kernel boots as a guest of Xen")
        }
    }

    /// A stick is a disk that is carried around.
    @Sendable private static func usb(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            guard type["image"] == "usb" else { return }
            type.set("image", "oem")
            type.remove(attribute: "boot")
            if ["squashfs", "cramfs", "clicfs"].contains(type["filesystem"]) {
                type.set("filesystem", "ext4")
                type.set("overlayroot", "true", at: type.position)
            }
            type.set("target_removable", "true", at: type.position)
            type.withChild("oemconfig", for: type.position) { config in
                for (name, value) in [("oem-swap", "false"), ("oem-resize", "true")]
                where config.first(name) == nil {
                    config.setChild(name, text: value, for: config.position)
                }
            }
            context.replaced(
                "the image type 'usb' became a disk for sticks: 'oem' with target_removable=\"true\"",
                at: type.position, "write the resulting disk image to the stick")
        }
    }

    /// Two images, one of them read-only: a disk with an overlay, or what a network client loads.
    @Sendable private static func split(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            guard type["image"] == "split" else { return }
            let facts = context.facts(type)
            let boot = type["boot"] ?? ""
            let isNetwork = boot.hasPrefix("netboot") || boot.hasPrefix("xennetboot")
            for child in type.children where child.name == "split" {
                context.dropped(
                    "all of the system can be written to: the lists of <split> have no place",
                    at: child.position, "remove <split>")
            }
            type.removeChildren { $0.name == "split" }
            type.drop(attributes: "fsreadwrite", "fsreadonly")
            if isNetwork {
                type.set("image", "pxe")
                type.set("filesystem", "squashfs", at: facts?.fileSystem?.position ?? type.position)
                type.removeChildren { ["systemdisk", "oemconfig"].contains($0.name) }
            } else {
                let written = facts?.readWriteFileSystem?.value ?? type["filesystem"] ?? "ext4"
                type.set("image", "oem")
                type.set("filesystem", written, at: facts?.readWriteFileSystem?.position ?? type.position)
                type.set("overlayroot", "true", at: type.position)
                type.remove(attribute: "boot")
                if type["bootloader"] == nil { type.set("bootloader", "grub2", at: type.position) }
            }
            context.replaced(
                "the image type 'split' became \(isNetwork ? "'pxe' with a squashfs" : "a disk with a read-only root and an overlay")",
                at: type.position,
                isNetwork
                    ? "let the clients put an overlay above it"
                    : "look at 'overlayroot' of the image type oem")
        }
    }

    private static let withContainer = ["oem", "docker", "oci", "appx"]

    @Sendable private static func containers(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            guard let name = type.attribute("container"), let kind = type["image"], kind != "vmx",
                !withContainer.contains(kind)
            else { return }
            context.dropped(
                "'container' has no meaning for the image type '\(kind)'", at: name.position, "remove it")
            type.remove(attribute: "container")
        }
    }

    @Sendable private static func deploy(_ image: inout Element, _ context: inout Context) {
        for type in image.types {
            guard let section = type.first("pxedeploy") else { continue }
            context.dropped(
                "schema \(SchemaVersion.current) cannot say how network clients are set up",
                at: section.position,
                "keep the files KIWI/config.MAC of the clients on the TFTP server")
        }
    }

    // MARK: - Types of later schemas

    private static let vanished = [
        "clicfs": "squashfs", "cramfs": "squashfs", "reiserfs": "ext4", "ec2": "oem", "lxc": "tbz",
        "aci": "tbz", "net": "pxe", "zfs": "ext4", "jffs2": "ext4",
    ]

    @Sendable private static func vanishedTypes(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            guard let name = type.attribute("image") else { return }
            if name.value == "product" {
                return context.refused(
                    "installation media of products are not built any more", at: name.valuePosition,
                    "build them with product-composer")
            }
            guard let now = vanished[name.value] else { return }
            context.replaced(
                "the image type '\(name.value)' is gone: '\(now)' takes its place", at: name.valuePosition,
                "write image=\"\(now)\"")
            if name.value == "ec2" { type.set("firmware", "ec2", at: type.position) }
            type.set("image", now)
        }
        for section in image.children("instsource") {
            context.dropped(
                "installation media of products are not built any more", at: section.position,
                "remove <instsource>")
        }
        image.removeChildren { $0.name == "instsource" }
        image.eachType { type in
            for section in type.children("ec2config") {
                context.dropped(
                    "<ec2config> has no place: images are uploaded by other programs", at: section.position,
                    "remove it")
            }
            for child in type.children where ["temporary", "persistent"].contains(child.name) {
                context.dropped(
                    "<\(child.name)> belonged to the image type 'split'", at: child.position, "remove it")
            }
            type.removeChildren { ["ec2config", "temporary", "persistent", "split"].contains($0.name) }
        }
    }

    /// File systems that are gone from the kernel or from KIWI.
    private static let vanishedFileSystems = [
        "reiserfs": "ext4", "zfs": "ext4", "jffs2": "ext4", "cramfs": "squashfs", "clicfs": "squashfs",
    ]

    @Sendable private static func fileSystems(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            for name in ["filesystem", "bootfilesystem", "spare_part_fs"] {
                guard let written = type.attribute(name), let now = vanishedFileSystems[written.value]
                else { continue }
                let isDisk = type["image"] == "oem" && now == "squashfs"
                context.replaced(
                    "the file system '\(written.value)' is gone: '\(now)' takes its place"
                        + (isDisk ? ", with an overlay" : ""),
                    at: written.valuePosition, "write \(name)=\"\(isDisk ? "ext4" : now)\"")
                type.set(name, isDisk ? "ext4" : now)
                if isDisk { type.set("overlayroot", "true", at: type.position) }
            }
            if type["image"] == "oem", type["filesystem"] == nil {
                context.replaced(
                    "the disk has no file system: 'ext4' is taken", at: type.position,
                    "add filesystem=\"ext4\"")
                type.set("filesystem", "ext4", at: type.position)
            }
        }
    }

    /// Initrds are made by dracut, not from descriptions of their own.
    @Sendable private static func initrd(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            guard type["initrd_system"] != "kiwi", type["image"] != "pxe" else { return }
            type.remove(attribute: "boot")
            // In the description of an initrd they choose its kernel.
            if type["image"] != "cpio" { type.drop(attributes: "bootkernel", "bootprofile") }
        }
    }

    // MARK: - Attributes

    @Sendable private static func formats(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            switch type["format"] {
            case "iso"?, "usb"?:
                let name = type["format"] == "iso" ? "installiso" : "installstick"
                type.rename(attribute: "format", to: name)
                type.set(name, "true")
            case "ovf"?: type.set("format", "ova")
            case "raw"?: type.remove(attribute: "format")
            case "ec2"?:
                type.remove(attribute: "format")
                type.set("firmware", "ec2", at: type.position)
            case nil where context.version < SchemaVersion(2, 0) && context.facts(type)?.typeName == "vmx":
                type.set("format", "vmdk", at: type.position)
            default: break
            }
            switch type["firmware"] {
            case "ec2hvm"?: type.set("firmware", "ec2")
            case "vboot"?: dropAttributes(of: &type, ["firmware"], "it was for Chromebooks", &context)
            default: break
            }
            dropAttributes(of: &type, ["vbootsize"], "it was for Chromebooks", &context)
            if let flags = type["flags"], !["overlay", "dmsquash"].contains(flags) {
                type.remove(attribute: "flags")
            }
            if let naming = type.attribute("devicepersistency"), ["by-id", "by-path"].contains(naming.value) {
                context.replaced(
                    "devices cannot be named '\(naming.value)': 'by-uuid' takes its place",
                    at: naming.valuePosition, "write devicepersistency=\"by-uuid\"")
                type.set("devicepersistency", "by-uuid")
            }
        }
    }

    private static func dropAttributes(
        of type: inout Element, _ names: [String], _ reason: String, _ context: inout Context
    ) {
        for attribute in type.attributes where names.contains(attribute.name) {
            context.dropped(
                "'\(attribute.name)=\"\(excerpt(attribute.value))\"' has no successor",
                at: attribute.position,
                "remove it: \(reason)")
        }
        type.attributes.removeAll { names.contains($0.name) }
    }

    /// Attributes and sections that the image type does not have were ignored in the past.
    @Sendable private static func attributesForType(_ image: inout Element, _ context: inout Context) {
        guard let schema = Schema.elements["type"] else { return }
        image.eachType { type in
            guard let kind = type["image"], Schema.imageTypes.contains(kind) else { return }
            let names = type.attributes.map(\.name).filter { name in
                guard let types = schema.attribute(name)?.imageTypes, !types.isEmpty else { return false }
                return !types.contains(kind)
            }
            dropAttributes(of: &type, names, "it has no meaning for the image type '\(kind)'", &context)
            if !withContainer.contains(kind) { dropChildren(of: &type, "containerconfig", &context) }
            if !["oem", "iso"].contains(kind) { dropChildren(of: &type, "bootloader", &context) }
            for name in ["size", "machine", "oemconfig", "systemdisk", "bootloader", "containerconfig"] {
                for child in type.children(name).dropFirst() {
                    context.dropped(
                        "<type> can have one <\(name)> only: the others are ignored", at: child.position,
                        "keep one of them")
                }
                var count = 0
                type.removeChildren { child in
                    if child.name == name { count += 1 }
                    return child.name == name && count > 1
                }
            }
        }
    }

    private static func dropChildren(of type: inout Element, _ name: String, _ context: inout Context) {
        for child in type.children(name) {
            context.dropped(
                "<\(name)> has no meaning for the image type '\(type["image"] ?? "")'", at: child.position,
                "remove it")
        }
        type.removeChildren { $0.name == name }
    }
}
