extension Schema {
    static let typeAttributesBtrfs: [AttributeSchema] = [
        AttributeSchema(
            "btrfs_quota_groups", .boolean, on: ["oem"], default: "false", "Switches quota groups on."),
        AttributeSchema(
            "btrfs_set_default_volume", .boolean, on: ["oem"], default: "true",
            "The root volume is the default volume; else it is named in fstab and on the kernel command line."
        ),
        AttributeSchema(
            "btrfs_root_is_subvolume", .boolean, on: ["oem"], default: "true",
            "The root file system is the subvolume @."),
        AttributeSchema(
            "btrfs_root_is_snapper_snapshot", .boolean, on: ["oem"], default: "false", since: "8.3",
            "The root file system is the first snapshot of snapper."),
        AttributeSchema(
            "btrfs_root_is_readonly_snapshot", .boolean, on: ["oem"], default: "false",
            needs: ["btrfs_root_is_snapper_snapshot"],
            "The first snapshot is read-only; needs btrfs_root_is_snapper_snapshot."),
    ]
}
