import KiwiRootTree

/// How packers write the nodes that cannot be made in the sandbox.
extension DeviceNode {
    private var inside: String { String(path.drop { $0 == "/" }) }
    private var letter: String { kind == .block ? "b" : "c" }

    /// In mksquashfs's pseudo file form.
    var pseudoLine: String {
        let name = inside.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ").replacing(
            "\"", with: "\\\"")
        return "\(name) \(letter) \(String(mode & 0o7777, radix: 8)) \(userID) \(groupID) \(major) \(minor)"
    }

    /// As commands of debugfs, which has no quoting for blanks: nil for such a name.
    var debugfsLines: [String]? {
        guard !inside.contains(where: { $0.isWhitespace || $0 == "\"" }) else { return nil }
        let folder = inside.split(separator: "/").dropLast().joined(separator: "/")
        let name = inside.split(separator: "/").last ?? ""
        let type: UInt32 = kind == .block ? 0o060000 : 0o020000
        return [
            // mknod takes no folders in a name.
            "cd /\(folder)",
            "mknod \(name) \(letter) \(major) \(minor)",
            "sif /\(inside) mode 0\(String(type | mode & 0o7777, radix: 8))",
            "sif /\(inside) uid \(userID)",
            "sif /\(inside) gid \(groupID)",
        ]
    }
}
