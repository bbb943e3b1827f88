extension Schema {
    static let typeAttributesPartitions: [AttributeSchema] = [
        AttributeSchema(
            "efiparttable", .choice(["msdos", "gpt"]), on: ["oem", "iso"], "Default gpt in EFI mode."),
        AttributeSchema(
            "gpt_hybrid_mbr", .boolean, on: ["oem", "iso"], default: "false", "Gpt only."),
        AttributeSchema(
            "force_mbr", .boolean, on: ["oem"], default: "false",
            "Default false: msdos table although gpt would be used."),
        AttributeSchema(
            "dosparttable_extended_layout", .boolean, on: ["oem"], default: "false",
            "Default false: 4th partition extended, rest logical; msdos only."),
        AttributeSchema(
            "disk_start_sector", .integer(minimum: 2048), on: ["oem"], default: "2048", "TODO."),
        AttributeSchema(
            "bootpartition", .boolean, on: ["oem"],
            "Forces (true) or forbids (false) /boot partition. Default: yes for mdraid, lvm, overlayroot; no for btrfs volumes and all other."
        ),
        AttributeSchema(
            "bootpartsize", .integer(minimum: 0), on: ["oem"], default: "300",
            "MB; default 300 in code (documented as 200)."),
        AttributeSchema(
            "bootfilesystem", .choice(["btrfs", "ext2", "ext3", "ext4", "xfs", "fat32", "fat16"]),
            on: ["oem"], "Default = filesystem."),
        AttributeSchema(
            "efipartsize", .integer(minimum: 0), on: ["oem"], default: "20", "MB."),
        AttributeSchema(
            "eficsm", .boolean, on: ["oem", "iso"], default: "true",
            "Legacy BIOS boot besides EFI (bios_grub partition 2 MB)."),
        AttributeSchema(
            "efifatimagesize", .integer(minimum: 0), on: ["oem", "iso"], default: "20",
            "MB of the El Torito FAT image; max 31."),
        AttributeSchema(
            "target_removable", .boolean, on: ["oem"], default: "false", "True = no firmware boot entry."),
        AttributeSchema(
            "spare_part", .partitionSize, on: ["oem"], "MB or with M/G; unset = none."),
        AttributeSchema(
            "spare_part_mountpoint", .text, on: ["oem"], "Mount point."),
        AttributeSchema(
            "spare_part_fs", .choice(["btrfs", "ext2", "ext3", "ext4", "xfs"]), on: ["oem"],
            "Filesystem of it."),
        AttributeSchema(
            "spare_part_fs_attributes", .volumeAttributes, on: ["oem"], "Comma list."),
        AttributeSchema(
            "spare_part_is_last", .boolean, on: ["oem"], default: "false",
            "Default false (placed before root); only useful with oem-resize false."),
        AttributeSchema(
            "root_clone", .digits, on: ["oem"], default: "0", "Copies."),
        AttributeSchema(
            "boot_clone", .digits, on: ["oem"], default: "0", "Copies."),
        AttributeSchema(
            "eficsmpart_id", .digits, on: ["oem"], "Partition number, default next."),
        AttributeSchema(
            "efipart_id", .digits, on: ["oem"], "Same."),
        AttributeSchema(
            "bootpart_id", .digits, on: ["oem"], "Same."),
        AttributeSchema(
            "rootpart_id", .digits, on: ["oem"], "Same."),
        AttributeSchema(
            "mdraid", .choice(["mirroring", "striping"]), on: ["oem"], default: "none",
            "Degraded RAID1/RAID0 with one disk."),
        AttributeSchema(
            "efimountoptions", .text, on: ["oem"],
            "Mount options of the EFI partition in fstab, for example umask=0077,shortname=winnt."),
        AttributeSchema(
            "apply_dps_codes", .boolean, on: ["oem"], default: "false",
            "Partitions that match a type of the Discoverable Partitions Specification get its type code."),
    ]
}
