import Crypto

#if canImport(Glibc)
    import Glibc
#endif

/// A digest over the metadata of a folder's content, and its size.
public struct TreeListing: Sendable {
    /// SHA-256 over path, kind and mode, owner, size and symlink target of everything, sorted by path.
    public private(set) var digest = ""
    /// Bytes of all regular files.
    public private(set) var bytes: Int64 = 0
    /// Number of files and folders.
    public private(set) var count = 0

    /// - Parameter withContent: include the content of regular files.
    public init(of folder: String, withContent: Bool = false) throws {
        var hash = SHA256()
        try walk(RawPath([]), below: folder, withContent, &hash)
        digest = hash.finalize().map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    private mutating func walk(
        _ folder: RawPath, below root: String, _ withContent: Bool, _ hash: inout SHA256
    ) throws {
        for name in try folder.names(below: root) {
            let path = folder.appending(name)
            let place = path.place(below: root)
            var info = stat()
            guard lstat(place, &info) == 0 else {
                throw FileError.current("look at", "\(root)/\(path.text)")
            }
            let kind = info.st_mode & S_IFMT
            count += 1
            var line = [RawPath.slash] + path.bytes
            line += Array("\0\(info.st_mode)\0\(info.st_uid):\(info.st_gid)\0".utf8)
            if kind == S_IFREG {
                bytes += Int64(info.st_size)
                line += Array("\(info.st_size)".utf8)
                if withContent { line += Array(try Digest(ofFile: place).hex.utf8) }
            } else if kind == S_IFLNK {
                line += path.linkTarget(below: root) ?? []
            } else if kind == S_IFCHR || kind == S_IFBLK {
                line += Array("\(info.st_rdev)".utf8)
            }
            hash.update(data: line + [0x0a])
            if kind == S_IFDIR { try walk(path, below: root, withContent, &hash) }
        }
    }
}
