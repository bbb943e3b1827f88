import KiwiDescription
import KiwiDiagnostics
import KiwiStorage

/// Mount points and labels that cannot be what somebody meant.
extension DiskAttributes {
    static func nameErrors(_ image: ResolvedImage) -> [Diagnostic] {
        let type = image.type
        var found: [Diagnostic] = []
        func check(_ mount: String?, _ position: Position?) {
            guard let mount, !isClean(mount) else { return }
            found.append(
                Diagnostic(
                    "mount-point", at: position, "'\(mount)' cannot be a mount point",
                    remedy: "write an absolute path without '.', '..' and control characters"))
        }
        func check(_ label: String, _ kind: DiskFileSystem.Kind, _ position: Position?) {
            guard label.utf8.count > kind.labelLimit else { return }
            found.append(
                Diagnostic(
                    "label-too-long", at: position,
                    "the label '\(label)' has \(label.utf8.count) bytes, \(kind.name) holds \(kind.labelLimit)",
                    remedy: "shorten it"))
        }
        for partition in type.partitions {
            check(partition.mountPoint, partition.position)
            if let kind = partition.fileSystem.flatMap(DiskFileSystem.Kind.init), !partition.label.isEmpty {
                check(partition.label, kind, partition.position)
            }
        }
        check(type.string("spare_part_mountpoint"), type.position(of: "spare_part_mountpoint"))
        let root = DiskFileSystem.Kind(type.string("filesystem") ?? "ext4")
        for volume in image.volumes where !["/", "swap"].contains(volume.path) {
            check(volume.path.hasPrefix("/") ? volume.path : "/\(volume.path)", volume.position)
            if let root, let label = volume.label { check(label, root, volume.position) }
        }
        if let root, let label = type.string("rootfs_label") {
            check(label, root, type.position(of: "rootfs_label"))
        }
        return found
    }

    /// Absolute, and nothing but names in it.
    static func isClean(_ mount: String) -> Bool {
        mount.hasPrefix("/") && mount.split(separator: "/").allSatisfy { $0 != "." && $0 != ".." }
            && !mount.split(separator: "/").isEmpty && mount.unicodeScalars.allSatisfy { $0.value >= 0x20 }
    }
}

extension DiskFileSystem.Kind {
    /// Bytes of the longest label, from the manual pages of the programs that make them.
    var labelLimit: Int {
        switch self {
        case .linux(.ext2), .linux(.ext3), .linux(.ext4), .linux(.erofs): 16
        case .linux(.xfs): 12
        case .linux(.btrfs): 255
        // It has none.
        case .linux(.squashfs): .max
        case .fat: 11
        case .swap: 15
        }
    }
}
