extension Schema {
    static let diskElements: [ElementSchema] = [
        ElementSchema(
            "size", "Size of the disk.", content: .integer(minimum: 0),
            on: ["oem", "iso", "kis", "pxe", "ext2", "ext3", "ext4", "btrfs", "xfs"],
            attributes: [
                AttributeSchema(
                    "unit", .choice(["M", "G"]), default: "M", "M for MiB, G for GiB."),
                AttributeSchema(
                    "unpartitioned", .integer(minimum: 0), effect: ["oem"],
                    "The part at the end that stays unpartitioned."),
                AttributeSchema(
                    "additive", .boolean, "The number is added to the computed size."),
            ]),
        ElementSchema(
            "systemdisk", "Volumes of the root disk; switches volume management on.", on: ["oem"],
            attributes: [
                AttributeSchema(
                    "name", .text, default: "systemVG", needs: ["volumes=lvm"], "The name of the LVM group."),
                AttributeSchema(
                    "preferlvm", .boolean, default: "false", "LVM also where the file system has volumes."),
            ],
            children: [.many("volume")]),
        ElementSchema(
            "volume", "One volume.",
            attributes: [
                AttributeSchema(
                    "copy_on_write", .boolean, default: "true", inside: "systemdisk",
                    "False switches copy on write off."),
                AttributeSchema(
                    "quota", .partitionSize, inside: "systemdisk", "The btrfs quota."),
                AttributeSchema(
                    "filesystem_check", .boolean, default: "false", inside: "systemdisk",
                    "The file system is checked when it is mounted."),
                AttributeSchema(
                    "freespace", .volumeSize, needs: ["volumes=lvm"], inside: "systemdisk",
                    "MiB added to the content."),
                AttributeSchema(
                    "mountpoint", .text, inside: "systemdisk", "The path in the image."),
                AttributeSchema(
                    "label", .text, inside: "systemdisk", "The label of the file system, on LVM only."),
                AttributeSchema(
                    "name", .text, required: true,
                    "The name; @root and @root=NAME is the root volume; a path where no mountpoint is written."
                ),
                AttributeSchema(
                    "parent", .text, needs: ["volumes=btrfs"], inside: "systemdisk",
                    "The btrfs subvolume it stands in."),
                AttributeSchema(
                    "size", .volumeSize, needs: ["volumes=lvm"], inside: "systemdisk",
                    "MiB, a number with M or G, or all for the rest."),
                AttributeSchema(
                    "arch", .architectures, inside: "systemdisk",
                    "The architectures it counts for, separated by commas."),
            ]),
        ElementSchema(
            "partitions", "Further partitions of the disk.", on: ["oem"],
            children: [.some("partition")]),
        ElementSchema(
            "partition", "One further partition.",
            attributes: [
                AttributeSchema(
                    "part_id", .digits, "The partition number."),
                AttributeSchema(
                    "name", .text, required: true, "The name; root, boot, efi and other names are reserved."),
                AttributeSchema(
                    "size", .partitionSize, required: true, "MiB, or a number with M or G."),
                AttributeSchema(
                    "partition_name", .identifier(maximum: 32), default: "p.lx",
                    "The name in the GPT; default p.lx and the name."),
                AttributeSchema(
                    "partition_type", .choice(["t.linux", "t.raid"]), default: "t.linux",
                    "What the partition is for."),
                AttributeSchema(
                    "mountpoint", .text, "Where it is mounted; nowhere when not written."),
                AttributeSchema(
                    "filesystem",
                    .choice(["btrfs", "ext2", "ext3", "ext4", "squashfs", "xfs", "fat32", "fat16"]),
                    "The file system to make."),
                AttributeSchema(
                    "label", .text, default: "upper-cased", "The label of the file system."),
                AttributeSchema(
                    "clone", .digits, default: "0", "How many copies of it are made."),
            ]),
        ElementSchema(
            "luksformat", "Options of cryptsetup luksFormat; needs the attribute luks of the type.",
            on: ["oem", "iso", "pxe", "kis"],
            children: [.some("option")]),
        ElementSchema(
            "option", "One option and its value.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The option with its dashes."),
                AttributeSchema(
                    "value", .text, "Its value."),
            ]),
    ]
}
