import CKiwiLinux

#if canImport(Glibc)
    import Glibc
#endif

/// Whether files may get labels of SELinux.
public enum LabelProbe {
    /// Tries it in a folder: user namespaces may be refused it on a disk and allowed in memory.
    public static func isAllowed(in folder: String) -> Bool {
        let path = "\(folder)/.label-probe-\(UInt32.random(in: 0...UInt32.max))"
        defer { unlink(path) }
        guard (try? FileSystem.write("", to: path)) != nil else { return false }
        let label = Array("system_u:object_r:etc_t:s0\0".utf8)
        return kiwi_set_attribute(RawPath(path).c, "security.selinux", label, UInt(label.count)) == 0
    }
}
