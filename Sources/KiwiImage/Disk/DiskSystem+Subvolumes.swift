import KiwiBoot
import KiwiStorage

extension DiskSystem {
    /// Whether GRUB is told to read paths from the default subvolume on, so that its menu follows a
    /// rollback.
    func readsDefaultVolume(_ facts: TreeFacts) -> Bool {
        guard let subvolumes, self["boot"] == nil else { return false }
        return facts.readsDefaultSubvolume && subvolumes.isDefault && !subvolumes.root.path.isEmpty
            && subvolumes.isInRoot("/boot/\(facts.grubName)")
    }

    /// Lines of fstab for what a mount of the root does not show, or shows without its options.
    func subvolumeLines(_ ids: ImageIDs) -> [(mount: String, text: String)] {
        guard let subvolumes else { return [] }
        return subvolumes.mounted.map { volume in
            let fields = [
                device(fileSystems[0], ids), volume.mountPoint, "btrfs",
                "\(subvolumes.mountOptions),subvol=\(volume.path)", "0", "\(volume.checkOrder)",
            ]
            return (volume.mountPoint, fields.joined(separator: " "))
        }
    }
}

extension SubvolumePlan {
    /// The name by which the root must be mounted; nil where it is the default volume.
    var rootName: String? { isDefault ? nil : root.path }

    /// What fstab mounts beside the root.
    var mounted: [Subvolume] { volumes + [snapshots].compactMap { $0 } }

    var hasQuota: Bool { hasQuotaGroups || hasLimits }

    /// Completes the root's line in fstab.
    func apply(to fileSystem: inout DiskFileSystem) {
        var words = [fileSystem.mountOptions]
        if isReadOnly {
            words = words == ["defaults"] ? ["ro"] : words + ["ro"]
            fileSystem.checkOrder = 0
        }
        if let rootName { words.append("subvol=\(rootName)") }
        fileSystem.mountOptions = words.joined(separator: ",")
    }
}
