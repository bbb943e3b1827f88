/// A device node that a package or overlay asked for: it cannot be made in a user
/// namespace, so the packer writes it.
public struct PackedNode: Sendable, Codable, Hashable {
    /// Path in the tree without leading slash.
    public var path: String
    /// `c` or `b`.
    public var kind: String
    /// Permission bits.
    public var mode: Int
    public var user: Int
    public var group: Int
    public var major: Int
    public var minor: Int

    public init(path: String, kind: String, mode: Int, user: Int = 0, group: Int = 0, major: Int, minor: Int) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.user = user
        self.group = group
        self.major = major
        self.minor = minor
    }

    /// In mksquashfs's pseudo file form.
    public var pseudoLine: String {
        let name = path.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ").replacing("\"", with: "\\\"")
        return "\(name) \(kind) \(String(mode & 0o7777, radix: 8)) \(user) \(group) \(major) \(minor)"
    }

    /// As commands of debugfs, which has no quoting for blanks: nil for such a name.
    public var debugfsLines: [String]? {
        guard !path.contains(where: { $0.isWhitespace || $0 == "\"" }) else { return nil }
        let type = kind == "b" ? 0o060000 : 0o020000
        return [
            "mknod /\(path) \(kind) \(major) \(minor)",
            "sif /\(path) mode 0\(String(type | mode & 0o7777, radix: 8))",
            "sif /\(path) uid \(user)",
            "sif /\(path) gid \(group)",
        ]
    }
}
