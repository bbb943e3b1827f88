extension Schema {
    static let typeAttributesBtrfs: [AttributeSchema] = [
        AttributeSchema(
            "btrfs_quota_groups", .boolean, on: ["oem"], default: "false", "TODO."),
        AttributeSchema(
            "btrfs_set_default_volume", .boolean, on: ["oem"], default: "true",
            "False = subvol= in fstab and rootflags=subvol= on cmdline."),
        AttributeSchema(
            "btrfs_root_is_subvolume", .boolean, on: ["oem"], default: "true",
            "Default true (with deprecation warning when unset); name @."),
        AttributeSchema(
            "btrfs_root_is_snapper_snapshot", .boolean, on: ["oem"], default: "false", since: "8.3", "TODO."),
        AttributeSchema(
            "btrfs_root_is_readonly_snapshot", .boolean, on: ["oem"], default: "false",
            "Only with the previous one."),
    ]
}
