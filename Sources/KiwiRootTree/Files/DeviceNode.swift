#if canImport(Glibc)
    import Glibc
#endif

/// A device node that belongs into an image and cannot be made in the sandbox.
public struct DeviceNode: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable { case character, block }

    /// Absolute path inside the tree.
    public var path: String
    public var kind: Kind
    public var major: UInt32
    public var minor: UInt32
    /// Permission bits.
    public var mode: UInt32
    public var userID: UInt32
    public var groupID: UInt32

    public init(
        path: String, kind: Kind, major: UInt32, minor: UInt32, mode: UInt32, userID: UInt32 = 0,
        groupID: UInt32 = 0
    ) {
        self.path = path
        self.kind = kind
        self.major = major
        self.minor = minor
        self.mode = mode
        self.userID = userID
        self.groupID = groupID
    }
}

extension DeviceNode {
    /// Whether the sandbox can make device nodes, found out by making one.
    static func canBeMade(in folder: String) -> Bool {
        let path = "\(folder)/.node-probe"
        unlink(path)
        // 1:3 is the null device.
        guard mknod(path, S_IFCHR | 0o600, 0x103) == 0 else { return false }
        unlink(path)
        return true
    }
}
