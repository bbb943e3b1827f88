extension Schema {
    static let diskElements: [ElementSchema] = [
        ElementSchema(
            "size", "Size of the disk.", content: .integer(minimum: 0),
            attributes: [
                AttributeSchema(
                    "unit", .choice(["M", "G"]), default: "M", "TODO."),
                AttributeSchema(
                    "unpartitioned", .integer(minimum: 0),
                    "Part of the value left unpartitioned at the end (same unit); must be <= value."),
                AttributeSchema(
                    "additive", .boolean,
                    "True = computed size + value; default absolute. Absolute below need: warning only."),
            ]),
        ElementSchema(
            "systemdisk", "Volumes of the root disk; switches volume management on.",
            attributes: [
                AttributeSchema(
                    "name", .text, default: "systemVG",
                    "LVM group; default systemVG (doc says kiwiVG, code uses systemVG)."),
                AttributeSchema(
                    "preferlvm", .boolean, default: "false", "Use LVM even on btrfs."),
            ],
            children: [.many("volume")]),
        ElementSchema(
            "volume", "One volume.",
            attributes: [
                AttributeSchema(
                    "copy_on_write", .boolean, default: "true", "False = chattr +C."),
                AttributeSchema(
                    "quota", .partitionSize, "Btrfs quota; needs type filesystem=btrfs."),
                AttributeSchema(
                    "filesystem_check", .boolean, default: "false", "Default false (fstab pass 0)."),
                AttributeSchema(
                    "freespace", .volumeSize, "MB added to content size; used only when size unset."),
                AttributeSchema(
                    "mountpoint", .text, "Path inside the root."),
                AttributeSchema(
                    "label", .text, "Filesystem label, LVM only (check 9)."),
                AttributeSchema(
                    "name", .text, required: true,
                    "Systemdisk: volume name, or path when mountpoint unset (). containerconfig: volume path (only attribute used there)."
                ),
                AttributeSchema(
                    "parent", .text, "Btrfs only: parent subvolume; default = default volume."),
                AttributeSchema(
                    "size", .volumeSize, "Absolute MB (suffix M/G) or all = rest of disk."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
            ]),
        ElementSchema(
            "partitions", "Further partitions of the disk.",
            children: [.some("partition")]),
        ElementSchema(
            "partition", "One further partition.",
            attributes: [
                AttributeSchema(
                    "part_id", .digits, "Partition number; default next free."),
                AttributeSchema(
                    "name", .text, required: true, "Map name; reserved words refused."),
                AttributeSchema(
                    "size", .partitionSize, required: true, "MB, suffix M/G."),
                AttributeSchema(
                    "partition_name", .identifier(maximum: 32), default: "p.lx",
                    "GPT name; default p.lx<name>."),
                AttributeSchema(
                    "partition_type", .choice(["t.linux", "t.raid"]), default: "t.linux", "TODO."),
                AttributeSchema(
                    "mountpoint", .text, "Unset = not mounted, not filled."),
                AttributeSchema(
                    "filesystem",
                    .choice(["btrfs", "ext2", "ext3", "ext4", "squashfs", "xfs", "fat32", "fat16"]),
                    "Filesystem to create."),
                AttributeSchema(
                    "label", .text, default: "upper-cased",
                    "Filesystem label; default upper-cased name (squashfs: none)."),
                AttributeSchema(
                    "clone", .digits, default: "0", "Number of byte copies created before the partition."),
            ]),
        ElementSchema(
            "luksformat", "Options of cryptsetup luksFormat; needs the attribute luks of the type.",
            children: [.some("option")]),
        ElementSchema(
            "option", "One option and its value.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "Cryptsetup luksFormat option incl. dashes."),
                AttributeSchema(
                    "value", .text, "Next argument."),
            ]),
    ]
}
