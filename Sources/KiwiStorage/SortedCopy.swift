import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Copies a tree so that reading its folders gives names in an order that the names alone decide (on a
/// tmpfs), with owners, modes, links, holes, extended attributes and times no later than the clock.
public struct SortedCopy: Sendable {
    public var source: String
    public var target: String
    public var clock: Int64
    /// Paths that are left out, relative to the source.
    public var excluded: Set<String>

    /// - Parameter target: an existing empty folder.
    public init(of source: String, to target: String, clock: Int64, excluded: Set<String>) {
        self.source = source
        self.target = target
        self.clock = clock
        self.excluded = excluded
    }

    /// - Throws: `FileError`, or `CancellationError`.
    public func run() throws {
        let root = RawPath(source)
        let facts = try root.status()
        var names: [HardLink: RawPath] = [:]
        try copyContent(of: root, to: RawPath(target), RawPath(""), device: facts.st_dev, &names)
        try finish(RawPath(target), as: root, facts)
    }

    private func copyContent(
        of folder: RawPath, to target: RawPath, _ inside: RawPath, device: dev_t,
        _ names: inout [HardLink: RawPath]
    ) throws {
        try Task.checkCancellation()
        for name in try folder.names() {
            let relative = inside.appending(name)
            if let text = relative.utf8, excluded.contains(text) { continue }
            let from = folder.appending(name)
            let to = target.appending(name)
            let facts = try from.status()
            let isFolder = facts.st_mode & S_IFMT == S_IFDIR
            if !isFolder, facts.st_nlink > 1 {
                let key = HardLink(facts)
                if let first = names[key] {
                    guard link(first.c, to.c) == 0 else { throw FileError.current("link", to.text) }
                    continue
                }
                names[key] = to
            }
            try make(to, from, facts)
            if isFolder, facts.st_dev == device {
                try copyContent(of: from, to: to, relative, device: device, &names)
            }
            // A folder is finished last: what is made in it changes its time, and would inherit access lists.
            try finish(to, as: from, facts)
        }
    }

    private func make(_ to: RawPath, _ from: RawPath, _ facts: stat) throws {
        let isMade: Bool
        switch facts.st_mode & S_IFMT {
        case S_IFREG: return try copyFile(from, to, facts)
        case S_IFDIR: isMade = mkdir(to.c, 0o700) == 0
        case S_IFLNK: isMade = symlink((from.linkTarget() ?? RawPath("")).c, to.c) == 0
        default: isMade = mknod(to.c, facts.st_mode, facts.st_rdev) == 0
        }
        guard isMade else { throw FileError.current("make", to.text) }
    }

    private func copyFile(_ from: RawPath, _ to: RawPath, _ facts: stat) throws {
        let input = open(from.c, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard input >= 0 else { throw FileError.current("open", from.text) }
        defer { close(input) }
        let output = open(to.c, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw FileError.current("make", to.text) }
        defer { close(output) }
        guard facts.st_size > 0 else { return }
        try SparseCopy.copy((input, from.text), to: (output, to.text), size: Int64(facts.st_size))
        // For a hole at the end.
        guard ftruncate(output, facts.st_size) == 0 else { throw FileError.current("extend", to.text) }
    }

    /// Owner, mode, attributes and times, in the order in which they do not undo each other.
    private func finish(_ to: RawPath, as from: RawPath, _ facts: stat) throws {
        let place = to.c
        guard lchown(place, facts.st_uid, facts.st_gid) == 0 else {
            throw FileError.current("change the owner of", to.text)
        }
        if facts.st_mode & S_IFMT != S_IFLNK {
            guard chmod(place, facts.st_mode & 0o7777) == 0 else {
                throw FileError.current("change the mode of", to.text)
            }
        }
        try ExtendedAttributes.copyAll(from: from, to: to)
        let isLater = facts.st_mtim.tv_sec > time_t(clock)
        let time = isLater ? timespec(tv_sec: time_t(clock), tv_nsec: 0) : facts.st_mtim
        utimensat(AT_FDCWD, place, [time, time], AT_SYMLINK_NOFOLLOW)
    }
}
