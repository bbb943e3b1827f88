extension Schema {
    static let typeAttributesPartitions: [AttributeSchema] = [
        AttributeSchema(
            "efiparttable", .choice(["msdos", "gpt"]), on: ["oem", "iso"],
            "The partition table of images that boot with EFI; default gpt."),
        AttributeSchema(
            "gpt_hybrid_mbr", .boolean, on: ["oem", "iso"], default: "false", "A hybrid MBR beside the GPT."),
        AttributeSchema(
            "force_mbr", .boolean, on: ["oem"], default: "false",
            "An MBR partition table where a GPT would be used."),
        AttributeSchema(
            "dosparttable_extended_layout", .boolean, on: ["oem"], default: "false",
            "From the fourth on, partitions are logical ones."),
        AttributeSchema(
            "disk_start_sector", .integer(minimum: 2048), on: ["oem"], default: "2048",
            "The first sector of the first partition."),
        AttributeSchema(
            "bootpartition", .boolean, on: ["oem"],
            "Forces or forbids a boot partition; default where RAID, LVM or an overlay needs it."),
        AttributeSchema(
            "bootpartsize", .integer(minimum: 0), on: ["oem"], default: "300", "MiB of the boot partition."),
        AttributeSchema(
            "bootfilesystem", .choice(["btrfs", "ext2", "ext3", "ext4", "xfs", "fat32", "fat16"]),
            on: ["oem"], "The file system of the boot partition; default that of the root."),
        AttributeSchema(
            "efipartsize", .integer(minimum: 0), on: ["oem"], default: "20", "MiB of the EFI partition."),
        AttributeSchema(
            "eficsm", .boolean, on: ["oem", "iso"], default: "true",
            "The image boots with legacy BIOS beside EFI."),
        AttributeSchema(
            "efifatimagesize", .integer(minimum: 0), on: ["oem", "iso"], default: "20",
            needs: ["image=iso", "installiso", "installstick"],
            "MiB of the FAT image for El Torito, 31 at most."),
        AttributeSchema(
            "target_removable", .boolean, on: ["oem"], default: "false",
            "The disk is carried around: no boot entry is stored in the firmware."),
        AttributeSchema(
            "spare_part", .partitionSize, on: ["oem"], "MiB of an extra partition, or a number with M or G."),
        AttributeSchema(
            "spare_part_mountpoint", .text, on: ["oem"], needs: ["spare_part"],
            "Where the extra partition is mounted."),
        AttributeSchema(
            "spare_part_fs", .choice(["btrfs", "ext2", "ext3", "ext4", "xfs"]), on: ["oem"],
            needs: ["spare_part"],
            "The file system of the extra partition."),
        AttributeSchema(
            "spare_part_fs_attributes", .volumeAttributes, on: ["oem"], needs: ["spare_part"],
            "Attributes of the extra file system, separated by commas."),
        AttributeSchema(
            "spare_part_is_last", .boolean, on: ["oem"], default: "false", needs: ["spare_part"],
            "The extra partition stands behind the root partition."),
        AttributeSchema(
            "root_clone", .digits, on: ["oem"], default: "0",
            "How many copies of the root partition are made."),
        AttributeSchema(
            "boot_clone", .digits, on: ["oem"], default: "0",
            "How many copies of the boot partition are made."),
        AttributeSchema(
            "eficsmpart_id", .digits, on: ["oem"], "The number of the BIOS boot partition."),
        AttributeSchema(
            "efipart_id", .digits, on: ["oem"], "The number of the EFI partition."),
        AttributeSchema(
            "bootpart_id", .digits, on: ["oem"], "The number of the boot partition."),
        AttributeSchema(
            "rootpart_id", .digits, on: ["oem"], "The number of the root partition."),
        AttributeSchema(
            "mdraid", .choice(["mirroring", "striping"]), on: ["oem"], "The root is one half of a RAID."),
        AttributeSchema(
            "efimountoptions", .text, on: ["oem"],
            "Mount options of the EFI partition in fstab, for example umask=0077,shortname=winnt."),
        AttributeSchema(
            "apply_dps_codes", .boolean, on: ["oem"], default: "false",
            "Partitions get the type codes of the Discoverable Partitions Specification."),
    ]
}
