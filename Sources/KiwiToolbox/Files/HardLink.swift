#if canImport(Glibc)
    import Glibc
#endif

/// What all names of one file have in common.
public struct HardLink: Hashable, Sendable {
    private var device: UInt64
    private var inode: UInt64

    public init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }

    public init(_ facts: stat) { self.init(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino)) }
}
