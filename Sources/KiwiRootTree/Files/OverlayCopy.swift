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
    private var links: [HardLink: String] = [:]

    init(tree: String, clock: Int64) {
        self.tree = tree
        self.clock = clock
    }

    /// Copies the content of `source` into the folder `inside` of the tree.
    mutating func copy(_ source: String, into inside: String = "/") throws {
        let target = try TreePath.resolve(inside, below: tree, followLast: true)
        try FileSystem.makeFolder(target)
        try copyContent(source, target, inside == "/" ? "" : inside)
    }

    /// Copies one file, link or folder to a place whose parent folder exists.
    mutating func copyItem(_ source: String, to inside: String) throws {
        try copyEntry(source, try TreePath.resolve(inside, below: tree), inside)
    }

    private mutating func copyContent(_ source: String, _ target: String, _ inside: String) throws {
        for name in try FileSystem.names(in: source) {
            try copyEntry("\(source)/\(name)", "\(target)/\(name)", "\(inside)/\(name)")
        }
    }

    private mutating func copyEntry(_ source: String, _ target: String, _ inside: String) throws {
        var facts = stat()
        guard lstat(source, &facts) == 0 else { throw FileError.current("look at", source) }
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
                guard link(first, target) == 0 else { throw FileError.current("link", target) }
                written.append(inside)
                return
            }
            try clear(target)
            try LocalFile.copyData(source, to: target)
            if facts.st_nlink > 1 { links[HardLink(facts)] = target }
        case S_IFLNK:
            try clear(target)
            guard symlink(TreePath.readLink(source) ?? "", target) == 0 else {
                throw FileError.current("link", target)
            }
        case S_IFIFO:
            try clear(target)
            guard mkfifo(target, mode) == 0 else { throw FileError.current("make", target) }
        case S_IFCHR, S_IFBLK:
            try clear(target)
            guard try makeNode(target, inside, facts) else { return }
        default: return  // Sockets mean nothing in an image.
        }
        guard lchown(target, 0, 0) == 0 else { throw FileError.current("change owner of", target) }
        if facts.st_mode & S_IFMT != S_IFLNK {
            // After the owner: changing it clears the setuid bit.
            guard chmod(target, mode) == 0 else { throw FileError.current("change mode of", target) }
        }
        copyAttributes(source, target, inside)
        setTime(target)
        written.append(inside)
    }

    /// An existing folder keeps its owner; one behind a symlink is entered inside the tree.
    private func makeFolder(_ target: String, _ inside: String, _ mode: mode_t) throws -> String {
        if LocalFile.kind(target) == S_IFLNK {
            let real = try TreePath.resolve(inside, below: tree, followLast: true)
            if FileSystem.isRealFolder(real) { return real }
        }
        if !FileSystem.isRealFolder(target) {
            try clear(target)
            guard mkdir(target, 0o755) == 0 else { throw FileError.current("make", target) }
            guard lchown(target, 0, 0) == 0 else { throw FileError.current("change owner of", target) }
        }
        guard chmod(target, mode) == 0 else { throw FileError.current("change mode of", target) }
        return target
    }

    /// Makes room for something that is not a folder. Only an empty folder gives way.
    private func clear(_ target: String) throws {
        switch LocalFile.kind(target) {
        case nil: return
        case S_IFDIR: guard rmdir(target) == 0 else { throw FileError.current("replace the folder", target) }
        default: guard unlink(target) == 0 else { throw FileError.current("replace", target) }
        }
    }

    private mutating func makeNode(_ target: String, _ inside: String, _ facts: stat) throws -> Bool {
        if mknod(target, facts.st_mode, facts.st_rdev) == 0 { return true }
        guard errno == EPERM || errno == EACCES else { throw FileError.current("make", target) }
        let device = UInt64(facts.st_rdev)
        deviceNodes.append(
            DeviceNode(
                path: inside, kind: facts.st_mode & S_IFMT == S_IFCHR ? .character : .block,
                major: UInt32((device >> 8) & 0xfff),
                minor: UInt32((device & 0xff) | ((device >> 12) & 0xfff00)),
                mode: UInt32(facts.st_mode & 0o7777)))
        return false
    }

    private mutating func copyAttributes(_ source: String, _ target: String, _ inside: String) {
        lostAttributes += ExtendedAttributes.copy(from: source, to: target).map { "\(inside): \($0)" }
    }

    private func setTime(_ target: String) {
        let time = timespec(tv_sec: time_t(clock), tv_nsec: 0)
        utimensat(AT_FDCWD, target, [time, time], AT_SYMLINK_NOFOLLOW)
    }
}
