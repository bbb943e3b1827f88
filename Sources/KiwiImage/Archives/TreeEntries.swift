import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// One file, folder or link of a tree, as `lstat` sees it.
struct TreeEntry: Sendable {
    var path: RawPath
    /// Type and permission bits.
    var mode: UInt32
    var userID: UInt32
    var groupID: UInt32
    var size: Int64
    var time: Int64
    var links: UInt32
    var device: UInt64
    var inode: UInt64
    /// Of a device node.
    var nodeDevice: UInt64

    var type: UInt32 { mode & S_IFMT }
    var isFolder: Bool { type == S_IFDIR }
    var isFile: Bool { type == S_IFREG }
    var isLink: Bool { type == S_IFLNK }
    /// Sockets mean nothing in an image.
    var isSocket: Bool { type == S_IFSOCK }

    var hardLink: HardLink { HardLink(device: device, inode: inode) }

    init(_ path: RawPath, _ facts: stat) {
        self.path = path
        mode = facts.st_mode
        userID = facts.st_uid
        groupID = facts.st_gid
        size = Int64(facts.st_size)
        time = Int64(facts.st_mtim.tv_sec)
        links = UInt32(truncatingIfNeeded: facts.st_nlink)
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
        nodeDevice = UInt64(facts.st_rdev)
    }
}

/// Everything in a tree that is not left out, sorted by names, folders before their content.
/// Sockets and what lies behind mount points are no part of it.
struct TreeEntries {
    var entries: [TreeEntry] = []

    init(of root: String, without exclusions: Exclusions) throws {
        var facts = stat()
        guard lstat(root, &facts) == 0 else { throw FileError.current("look at", root) }
        try add(RawPath([]), root, device: facts.st_dev, exclusions.matcher)
    }

    private mutating func add(
        _ folder: RawPath, _ root: String, device: dev_t, _ exclusions: Exclusions.Matcher
    ) throws {
        for name in try folder.names(below: root) {
            let path = folder.appending(name)
            if exclusions.excludes(path) { continue }
            var facts = stat()
            guard lstat(path.place(below: root), &facts) == 0 else {
                throw FileError.current("look at", "\(root)/\(path.text)")
            }
            let entry = TreeEntry(path, facts)
            if entry.isSocket { continue }
            entries.append(entry)
            if entry.isFolder, facts.st_dev == device {
                try add(path, root, device: device, exclusions)
            }
        }
    }
}

extension Exclusions {
    /// Says for each path whether it is left out; the same answers as ``paths(in:)``.
    struct Matcher: Sendable {
        fileprivate var patterns: [[[CChar]]]

        /// - Parameter path: one whose folders are not left out themselves.
        func excludes(_ path: RawPath) -> Bool {
            let names = path.bytes.split(separator: RawPath.slash)
            return patterns.contains { pattern in
                guard pattern.count == names.count else { return false }
                return zip(pattern, names).allSatisfy { part, name in
                    let text = (Array(name) + [0]).map { CChar(bitPattern: $0) }
                    return fnmatch(part, text, 0) == 0
                }
            }
        }
    }

    var matcher: Matcher {
        Matcher(
            patterns: patterns.map { pattern in
                pattern.split(separator: "/").map { Array(String($0).utf8CString) }
            })
    }
}
