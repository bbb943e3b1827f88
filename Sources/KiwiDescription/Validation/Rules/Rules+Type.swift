extension ConsistencyRule {
    static let typeRules: [ConsistencyRule] = [
        needs("filesystem", for: "oem", example: "filesystem=\"ext4\""),
        needs("metadata_path", for: "appx", example: "metadata_path=\"/meta/data\""),
        vagrantNeedsProvider, derivedDisk,
        requires("embed_verity_metadata", "verity_blocks"),
        requires("embed_integrity_metadata", "standalone_integrity"),
        installMedia, guestAdditions,
    ]

    private static func needs(_ name: String, for image: String, example: String) -> ConsistencyRule {
        .type("type-needs-attribute") { type in
            guard type["image"] == image, type.attribute(name) == nil else { return nil }
            return Finding(
                at: type.position, "the image type '\(image)' needs the attribute '\(name)'",
                remedy: "add \(example) to <type>")
        }
    }

    private static func requires(_ name: String, _ other: String) -> ConsistencyRule {
        .type("attribute-needs-attribute") { type in
            guard let attribute = type.attribute(name), type.attribute(other) == nil else { return nil }
            return Finding(
                at: attribute.position, "'\(name)' has an effect only together with '\(other)'",
                remedy: "add '\(other)', or remove '\(name)'")
        }
    }

    private static let vagrantNeedsProvider = type("vagrant-needs-provider") { type in
        guard let format = type.attribute("format"), format.value == "vagrant",
            !type.children("vagrantconfig").contains(where: { $0["provider"] != nil })
        else { return nil }
        return Finding(
            at: format.valuePosition, "the format 'vagrant' needs a provider",
            remedy: "add <vagrantconfig provider=\"libvirt\" virtualsize=\"42\"/> to <type>")
    }

    private static let derivedDisk = type("derived-disk-format") { type in
        guard type["image"] == "oem", let derived = type.attribute("derived_from"),
            !type.hasContainerDiskFormat
        else { return nil }
        return Finding(
            at: derived.position, "a disk can only be derived from a container when it is delivered in one",
            remedy: "add format=\"oci:qcow2\" or another oci: or docker: format, or remove 'derived_from'")
    }

    private static let installMedia = element("install-media", "installmedia") { media, around in
        guard let type = around.last, !type.isTrue("installiso"), !type.isTrue("installpxe") else {
            return nil
        }
        return Finding(
            at: media.position, "<installmedia> needs an installation medium",
            remedy: "add installiso=\"true\" or installpxe=\"true\" to <type>, or remove <installmedia>")
    }

    private static let guestAdditions = element("guest-additions", "vagrantconfig") { box, _ in
        guard let attribute = box.attribute("virtualbox_guest_additions_present"),
            box["provider"] != "virtualbox"
        else { return nil }
        return Finding(
            at: attribute.position, "guest additions of VirtualBox need provider=\"virtualbox\"",
            remedy: "remove 'virtualbox_guest_additions_present'")
    }
}

extension Element {
    /// Whether a disk is delivered inside of a container.
    var hasContainerDiskFormat: Bool {
        self["format"].map { $0.hasPrefix("oci:") || $0.hasPrefix("docker:") } ?? false
    }
}
