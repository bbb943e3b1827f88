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

    /// - Parameter withContent: include all that a packer of the tree sees: the content of regular files, times,
    ///   extended attributes and which names are of one file.
    public init(of folder: String, withContent: Bool = false) throws {
        var hash = SHA256()
        var links: [HardLink: Int] = [:]
        try walk(RawPath(folder), RawPath(""), withContent, &hash, &links)
        digest = hash.finalize().map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    private mutating func walk(
        _ folder: RawPath, _ prefix: RawPath, _ withContent: Bool, _ hash: inout SHA256,
        _ links: inout [HardLink: Int]
    ) throws {
        for name in try folder.names() {
            let path = folder.appending(name)
            let info = try path.status()
            let inside = prefix.appending(name)
            let kind = info.st_mode & S_IFMT
            count += 1
            var line = "\0\(info.st_mode)\0\(info.st_uid):\(info.st_gid)\0"
            if kind == S_IFREG {
                bytes += Int64(info.st_size)
                line += "\(info.st_size)"
                if withContent {
                    if info.st_nlink > 1 {
                        // The number of the first name that was met.
                        let first = links[HardLink(info), default: count]
                        links[HardLink(info)] = first
                        line += "\0=\(first)\0"
                    }
                    line += try Digest(ofDataIn: path).hex
                }
            } else if kind == S_IFLNK {
                hash.update(data: path.linkTarget()?.bytes ?? [])
            } else if kind == S_IFCHR || kind == S_IFBLK {
                line += "\(info.st_rdev)"
            }
            if withContent {
                line += "\0\(info.st_mtim.tv_sec).\(info.st_mtim.tv_nsec)"
                for attribute in ExtendedAttributes.read(path.c) {
                    line += "\0\(attribute.name)=\(Digest(of: attribute.value).hex)"
                }
            }
            hash.update(data: inside.bytes + Array((line + "\n").utf8))
            if kind == S_IFDIR { try walk(path, inside, withContent, &hash, &links) }
        }
    }
}
