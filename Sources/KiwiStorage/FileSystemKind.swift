/// A file system that an image can hold, under the name the description uses.
public enum FileSystemKind: String, Sendable, Codable, CaseIterable {
    case ext2, ext3, ext4, xfs, btrfs, squashfs, erofs

    /// Compressed and read-only: made from a folder in one go, never too small.
    public var isReadOnlyImage: Bool { self == .squashfs || self == .erofs }

    /// The kernel module that mounts it.
    public var kernelModule: String {
        switch self {
        // ext4 serves all three; the older drivers are gone from current kernels.
        case .ext2, .ext3, .ext4: "ext4"
        default: rawValue
        }
    }

    /// The program on the build machine that makes it.
    public var maker: String {
        switch self {
        case .ext2, .ext3, .ext4: "mke2fs"
        case .xfs: "mkfs.xfs"
        case .btrfs: "mkfs.btrfs"
        case .squashfs: "mksquashfs"
        case .erofs: "mkfs.erofs"
        }
    }

    /// Debian's package with the maker.
    public var debianPackage: String {
        switch self {
        case .ext2, .ext3, .ext4: "e2fsprogs"
        case .xfs: "xfsprogs"
        case .btrfs: "btrfs-progs"
        case .squashfs: "squashfs-tools"
        case .erofs: "erofs-utils"
        }
    }
}
