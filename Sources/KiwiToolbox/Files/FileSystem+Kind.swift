import CKiwiLinux

extension FileSystem {
    /// The kind of file system of a path, or of the nearest folder above it that exists: `ext4`,
    /// `nfs`, ...; the number the kernel gives it when it has no name here.
    public static func kind(of path: String) -> String? {
        var place = path
        while !exists(place), place != "/", place != "." { place = parent(of: place) }
        let number = UInt32(truncatingIfNeeded: kiwi_file_system_kind(place))
        guard number != 0 else { return nil }
        return kinds[number] ?? "a file system of type 0x" + String(number, radix: 16)
    }

    /// From the kernel's `magic.h`; ext2, ext3 and ext4 have one number.
    private static let kinds: [UInt32: String] = [
        0xEF53: "ext4", 0x9123_683E: "btrfs", 0x5846_5342: "xfs", 0x0102_1994: "tmpfs",
        0x794C_7630: "overlayfs", 0xF2F5_2010: "f2fs", 0x2FC1_2FC1: "zfs", 0xCA45_1A4E: "bcachefs",
        0x6969: "nfs", 0x4D44: "vfat", 0x2011_BAB0: "exfat", 0x6573_5546: "fuse", 0xFF53_4D42: "cifs",
        0xFE53_4D42: "smb", 0x0102_1997: "9p", 0x8584_58F6: "ramfs", 0x7366_746E: "ntfs",
    ]
}
