import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// Resolves paths inside a root tree as the kernel would after a chroot: symlinks
/// never lead out of the tree.
public enum TreePath {
    /// The host path of `inside` below `root`. Symlinks in folders on the way are
    /// followed inside the tree; the last component is not followed unless `followLast`.
    /// Components that do not exist are kept as they are.
    /// - Throws: `FileError` (ELOOP) after 40 symlinks.
    public static func resolve(_ inside: String, below root: String, followLast: Bool = false) throws
        -> String
    {
        var pending = inside.split(separator: "/").map(String.init)
        var done: [String] = []
        var links = 0
        while !pending.isEmpty {
            let name = pending.removeFirst()
            if name == "." || name.isEmpty { continue }
            if name == ".." {
                _ = done.popLast()
                continue
            }
            let path = ([root] + done + [name]).joined(separator: "/")
            if !pending.isEmpty || followLast, let target = readLink(path) {
                links += 1
                guard links <= 40 else { throw FileError("resolve", inside, code: ELOOP) }
                if target.hasPrefix("/") { done = [] }
                pending = target.split(separator: "/").map(String.init) + pending
                continue
            }
            done.append(name)
        }
        return ([root] + done).joined(separator: "/")
    }

    /// The target of a symlink, nil when `path` is none.
    public static func readLink(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes {
            readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }
}
