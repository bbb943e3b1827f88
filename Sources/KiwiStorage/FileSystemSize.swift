import KiwiDescription

/// How large the file of a file system must be. Pure.
public enum FileSystemSize {
    /// The size a tree needs by KIWI's rule: half as much again as its content, for ext
    /// file systems also two inodes of 256 bytes per file. Whole MiB.
    public static func needed(for tree: TreeMeasure, as kind: FileSystemKind) -> Int64 {
        let content = ByteCount.roundUp(tree.apparentBytes, to: ByteCount.mebi)
        let bytes: Int64 =
            switch kind {
            case .ext2, .ext3, .ext4: content * 3 / 2 + tree.entries * 512
            case .xfs: max(content * 3 / 2, smallest(kind))
            case .btrfs: max(content * 3 / 2, 120 * ByteCount.mebi)
            case .squashfs, .erofs: content
            }
        return max(ByteCount.roundUp(bytes, to: ByteCount.mebi), 16 * ByteCount.mebi)
    }

    /// What the file system's own tool refuses to go below, in bytes, even without content.
    public static func smallest(_ kind: FileSystemKind) -> Int64 {
        switch kind {
        case .xfs: 300 * ByteCount.mebi
        case .btrfs: 109 * ByteCount.mebi
        case .ext2, .ext3, .ext4, .squashfs, .erofs: 0
        }
    }

    /// The least the content takes, blocks and inodes counted: what a `<size>` below can never hold.
    public static func minimum(for tree: TreeMeasure, as kind: FileSystemKind) -> Int64 {
        let overhead: Int64 =
            switch kind {
            case .ext2, .ext3, .ext4: tree.entries * 256 + 2 * ByteCount.mebi
            case .xfs: tree.entries * 512 + 80 * ByteCount.mebi
            case .btrfs: tree.entries * 512 + 100 * ByteCount.mebi
            case .squashfs, .erofs: 0
            }
        return max(ByteCount.roundUp(tree.blockBytes + overhead, to: ByteCount.mebi), smallest(kind))
    }

    /// `<size>` applied to what is needed: absent, absolute or additive.
    public static func chosen(needed: Int64, asked: ImageType.Size?) -> Int64 {
        guard let asked else { return needed }
        return ByteCount.roundUp(asked.additive ? needed + asked.bytes : asked.bytes, to: ByteCount.mebi)
    }
}
