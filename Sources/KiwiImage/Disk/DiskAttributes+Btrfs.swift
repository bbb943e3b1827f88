import KiwiDescription
import KiwiDiagnostics

extension DiskAttributes {
    /// What of btrfs and of volumes has no effect.
    static func btrfsNotes(_ type: ImageType, _ note: (Position?, String, String) -> Void) {
        let names = type.attributes.keys.filter { $0.hasPrefix("btrfs_") }.sorted()
        if type.volumeManagement == nil {
            for name in names {
                note(type.position(of: name), name, "without <systemdisk> the root has no subvolumes")
            }
        } else if type.volumeManagement == .btrfs, !type.flag("btrfs_root_is_subvolume", default: true),
            type.attributes["btrfs_set_default_volume"] != nil
        {
            note(
                type.position(of: "btrfs_set_default_volume"), "btrfs_set_default_volume",
                "the root is the top level")
        }
        guard type.volumeManagement == .lvm else { return }
        for volume in type.systemDisk?.volumes ?? [] {
            if let quota = volume.attributes["quota"] {
                note(quota.position, "quota", "logical volumes have a size")
            }
            let value = volume.attributes["copy_on_write"]
            if let value, volume.attributes.boolean("copy_on_write") == false {
                note(value.position, "copy_on_write", "only subvolumes of btrfs copy on write")
            }
        }
    }
}
