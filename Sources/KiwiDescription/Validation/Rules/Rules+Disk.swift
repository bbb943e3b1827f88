extension ConsistencyRule {
    static let diskRules: [ConsistencyRule] = [
        btrfsAttributes, quota, unpartitioned, partitionNames, luksFormat,
    ]

    private static let btrfsAttributes = ConsistencyRule(code: "btrfs-attribute") { image in
        image.types.flatMap { type -> [Finding] in
            let isOther = type["filesystem"].map { $0 != "btrfs" } ?? false
            let isLVM = type.children("systemdisk").contains { $0["preferlvm"] == "true" }
            guard isOther || isLVM else { return [] }
            return type.attributes.filter { $0.name.hasPrefix("btrfs_") }.map {
                Finding(
                    at: $0.position,
                    isOther
                        ? "'\($0.name)' needs filesystem=\"btrfs\""
                        : "'\($0.name)' has no meaning with preferlvm=\"true\"",
                    remedy: "remove it")
            }
        }
    }

    private static let quota = element("volume-quota", "volume") { volume, around in
        guard let quota = volume.attribute("quota"), around.last?.name == "systemdisk",
            around.dropLast().last?["filesystem"] != "btrfs"
        else { return nil }
        return Finding(at: quota.position, "'quota' needs filesystem=\"btrfs\"", remedy: "remove it")
    }

    private static let unpartitioned = element("unpartitioned-size", "size") { size, _ in
        guard let attribute = size.attribute("unpartitioned"), let part = Int(trimmed(attribute.value)),
            let whole = Int(trimmed(size.text)), part > whole
        else { return nil }
        return Finding(
            at: attribute.valuePosition, "\(part) unpartitioned is more than the whole disk of \(whole)",
            remedy: "write a number of at most \(whole)")
    }

    private static let reservedPartitionNames = [
        "root", "readonly", "boot", "prep", "spare", "swap", "efi_csm", "efi",
    ]

    private static let partitionNames = element("reserved-partition-name", "partition") { partition, _ in
        guard let name = partition.attribute("name"), reservedPartitionNames.contains(name.value) else {
            return nil
        }
        return Finding(
            at: name.valuePosition, "the partition name '\(name.value)' is reserved",
            remedy: "choose a name other than \(oneOf(reservedPartitionNames))")
    }

    private static let luksFormat = element("luksformat-without-luks", "luksformat") { section, around in
        guard around.last?.attribute("luks") == nil else { return nil }
        return Finding(
            at: section.position, "<luksformat> needs the attribute 'luks' of <type>",
            remedy: "add luks=\"...\" to <type>, or remove <luksformat>")
    }
}
