import CKiwiLinux

#if canImport(Glibc)
    import Glibc
#endif

/// Labels of SELinux in trees: cp leaves them out where the kernel has no SELinux.
public enum LabelCopy {
    private static let name = "security.selinux"

    /// Whether labels can be kept in a folder: user namespaces may be refused it on a disk.
    public static func isAllowed(in folder: String) -> Bool {
        let path = "\(folder)/.label-probe-\(UInt32.random(in: 0...UInt32.max))"
        defer { unlink(path) }
        guard (try? FileSystem.write("", to: path)) != nil else { return false }
        let label = Array("system_u:object_r:etc_t:s0\0".utf8)
        return kiwi_set_attribute(RawPath(path).c, name, label, UInt(label.count)) == 0
    }

    /// Gives the copy of a tree the labels of the original, if its top folder has one.
    /// - Throws: `FileError` when a label cannot be set.
    static func run(from source: String, to target: String) throws {
        // cp does it, and every file of the machine has a label.
        if FileSystem.exists("/sys/fs/selinux/enforce") { return }
        guard label(of: RawPath(source)) != nil else { return }
        try copy(RawPath(source), RawPath(target))
    }

    private static func label(of path: RawPath) -> [UInt8]? {
        var value = [UInt8](repeating: 0, count: 1024)
        let count = kiwi_get_attribute(path.c, name, &value, UInt(value.count))
        return count > 0 ? Array(value[..<Int(count)]) : nil
    }

    private static func copy(_ source: RawPath, _ target: RawPath) throws {
        if let label = label(of: source),
            kiwi_set_attribute(target.c, name, label, UInt(label.count)) != 0, errno != ENOENT
        {
            throw FileError.current("set the label of", "\(target)")
        }
        guard try source.status().st_mode & S_IFMT == S_IFDIR else { return }
        for name in try source.names() { try copy(source.appending(name), target.appending(name)) }
    }
}
