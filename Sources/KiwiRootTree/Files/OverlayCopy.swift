import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Lays a folder over a tree: modes, links, hard links and extended attributes are kept, everything
/// new belongs to root and has the build's time. Symlinks of the tree are followed inside it only.
struct OverlayCopy {
    let tree: String
    /// Time of the copied files.
    let clock: Int64
    private(set) var deviceNodes: [DeviceNode] = []
    /// Paths inside the tree that were written.
    private(set) var written: [String] = []
    /// Extended attributes that could not be set, `PATH: NAME`.
    private(set) var lostAttributes: [String] = []
    private var links: [HardLink: RawPath] = [:]

    init(tree: String, clock: Int64) {
        self.tree = tree
        self.clock = clock
    }

    /// Copies the content of `source` into the folder `inside` of the tree.
    mutating func copy(_ source: String, into inside: String = "/") throws {
        let target = try TreePath.resolve(inside, below: tree, followLast: true)
        try FileSystem.makeFolder(target)
        try copyContent(RawPath(source), RawPath(target), RawPath(inside == "/" ? "" : inside))
    }

    /// Copies one file, link or folder to a place whose parent folder exists.
    mutating func copyItem(_ source: String, to inside: String) throws {
        try copyEntry(RawPath(source), RawPath(try TreePath.resolve(inside, below: tree)), RawPath(inside))
    }

    private mutating func copyContent(_ source: RawPath, _ target: RawPath, _ inside: RawPath) throws {
        for name in try source.names() {
            let place = RawPath(inside.bytes + [RawPath.slash] + name.bytes)
            try copyEntry(source.appending(name), target.appending(name), place)
        }
    }

    private mutating func copyEntry(_ source: RawPath, _ target: RawPath, _ inside: RawPath) throws {
        let facts = try source.status()
        let mode = facts.st_mode & 0o7777
        switch facts.st_mode & S_IFMT {
        case S_IFDIR:
            let folder = try makeFolder(target, inside, mode)
            copyAttributes(source, folder, inside)
            try copyContent(source, folder, inside)
            return
        case S_IFREG:
            if facts.st_nlink > 1, let first = links[HardLink(facts)] {
                try clear(target)
                guard link(first.c, target.c) == 0 else { throw FileError.current("link", target.text) }
                written.append(inside.text)
                return
            }
            try clear(target)
            try LocalFile.copyData(source, to: target)
            if facts.st_nlink > 1 { links[HardLink(facts)] = target }
        case S_IFLNK:
            try clear(target)
            guard symlink((source.linkTarget() ?? RawPath("")).c, target.c) == 0 else {
                throw FileError.current("link", target.text)
            }
        case S_IFIFO:
            try clear(target)
            guard mkfifo(target.c, mode) == 0 else { throw FileError.current("make", target.text) }
        case S_IFCHR, S_IFBLK:
            try clear(target)
            guard try makeNode(target, inside, facts) else { return }
        default: return  // Sockets mean nothing in an image.
        }
        guard lchown(target.c, 0, 0) == 0 else { throw FileError.current("change owner of", target.text) }
        if facts.st_mode & S_IFMT != S_IFLNK {
            // After the owner: changing it clears the setuid bit.
            guard chmod(target.c, mode) == 0 else { throw FileError.current("change mode of", target.text) }
        }
        copyAttributes(source, target, inside)
        setTime(target)
        written.append(inside.text)
    }

    /// An existing folder keeps its owner; one behind a symlink is entered inside the tree.
    private func makeFolder(_ target: RawPath, _ inside: RawPath, _ mode: mode_t) throws -> RawPath {
        let kind = LocalFile.kind(target)
        if kind == S_IFLNK, let inside = inside.utf8 {
            let real = try TreePath.resolve(inside, below: tree, followLast: true)
            if FileSystem.isRealFolder(real) { return RawPath(real) }
        }
        if kind != S_IFDIR {
            try clear(target)
            guard mkdir(target.c, 0o755) == 0 else { throw FileError.current("make", target.text) }
            guard lchown(target.c, 0, 0) == 0 else { throw FileError.current("change owner of", target.text) }
        }
        guard chmod(target.c, mode) == 0 else { throw FileError.current("change mode of", target.text) }
        return target
    }

    /// Makes room for something that is not a folder. Only an empty folder gives way.
    private func clear(_ target: RawPath) throws {
        switch LocalFile.kind(target) {
        case nil: return
        case S_IFDIR:
            guard rmdir(target.c) == 0 else { throw FileError.current("replace the folder", target.text) }
        default: guard unlink(target.c) == 0 else { throw FileError.current("replace", target.text) }
        }
    }

    private mutating func makeNode(_ target: RawPath, _ inside: RawPath, _ facts: stat) throws -> Bool {
        if mknod(target.c, facts.st_mode, facts.st_rdev) == 0 { return true }
        guard errno == EPERM || errno == EACCES else { throw FileError.current("make", target.text) }
        let device = UInt64(facts.st_rdev)
        deviceNodes.append(
            DeviceNode(
                path: inside.text, kind: facts.st_mode & S_IFMT == S_IFCHR ? .character : .block,
                major: UInt32((device >> 8) & 0xfff),
                minor: UInt32((device & 0xff) | ((device >> 12) & 0xfff00)),
                mode: UInt32(facts.st_mode & 0o7777)))
        return false
    }

    private mutating func copyAttributes(_ source: RawPath, _ target: RawPath, _ inside: RawPath) {
        lostAttributes += ExtendedAttributes.copy(from: source, to: target).map { "\(inside.text): \($0)" }
    }

    private func setTime(_ target: RawPath) {
        let time = timespec(tv_sec: time_t(clock), tv_nsec: 0)
        utimensat(AT_FDCWD, target.c, [time, time], AT_SYMLINK_NOFOLLOW)
    }
}
