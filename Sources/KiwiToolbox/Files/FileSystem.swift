#if canImport(Glibc)
    import Glibc
#endif

/// Small file operations with errors that name the path.
public enum FileSystem {
    public static func exists(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0
    }

    /// Whether it is a folder, following symlinks.
    public static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether it is a folder and not a symlink to one.
    public static func isRealFolder(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    public static func isFile(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
    }

    /// Whether it is a regular file and not a link to one.
    public static func isRegularFile(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
    }

    public static func isExecutable(_ path: String) -> Bool { isFile(path) && access(path, X_OK) == 0 }

    /// Size in bytes; nil when there is no such file.
    public static func size(of path: String) -> Int64? {
        var info = stat()
        return stat(path, &info) == 0 ? Int64(info.st_size) : nil
    }

    /// Bytes that a file takes on the disk, without its holes; nil when there is no such file.
    public static func allocatedBytes(of path: String) -> Int64? {
        var info = stat()
        return stat(path, &info) == 0 ? Int64(info.st_blocks) * 512 : nil
    }

    /// Permission bits; nil when there is no such file.
    public static func mode(of path: String) -> mode_t? {
        var info = stat()
        return stat(path, &info) == 0 ? info.st_mode & 0o7777 : nil
    }

    /// Time of the last change of the content, in seconds since 1970; nil when there is no such file.
    public static func changeTime(of path: String) -> Int64? {
        var info = stat()
        return stat(path, &info) == 0 ? Int64(info.st_mtim.tv_sec) : nil
    }

    public static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    public static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The absolute path without symlinks; nil when it does not exist.
    public static func realPath(_ path: String) -> String? {
        guard let result = realpath(path, nil) else { return nil }
        defer { free(result) }
        return String(cString: result)
    }

    /// An absolute form of a path given by a person, without looking at the file system.
    public static func absolute(_ path: String) -> String {
        var parts: [Substring] = []
        let full: String
        if path.hasPrefix("/") {
            full = path
        } else {
            let current = getcwd(nil, 0)
            defer { free(current) }
            full = (current.map { String(cString: $0) } ?? "") + "/" + path
        }
        for part in full.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// Makes a folder and its missing parents.
    public static func makeFolder(_ path: String, mode: mode_t = 0o755) throws {
        if isFolder(path) { return }
        let parent = parent(of: path)
        if parent != path, !isFolder(parent) { try makeFolder(parent, mode: mode) }
        if mkdir(path, mode) != 0, errno != EEXIST { throw FileError.current("create folder", path) }
    }

    /// Reads a file of at most `limit` bytes.
    public static func readBytes(_ path: String, limit: Int = 64 << 20) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw FileError.current("read", path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            if bytes.count > limit { throw FileError("read", path, code: EFBIG) }
        }
    }

    /// The first bytes of a file that is no symlink, fewer when it is shorter.
    public static func readStart(of path: String, count: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw FileError.current("read", path) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let found = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard found >= 0 else { throw FileError.current("read", path) }
        return Array(bytes[..<found])
    }

    public static func readText(_ path: String, limit: Int = 64 << 20) throws -> String {
        String(decoding: try readBytes(path, limit: limit), as: UTF8.self)
    }

    /// Writes a new file or replaces its content, with this mode.
    public static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        try write(Array(text.utf8), to: path, mode: mode)
    }

    public static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw FileError.current("write", path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw FileError.current("write", path) }
            rest = rest.dropFirst(count)
        }
        guard fchmod(descriptor, mode) == 0 else { throw FileError.current("change mode of", path) }
    }

    /// Makes a file of this many bytes without content.
    public static func makeSparse(_ path: String, bytes: Int64) throws {
        try write("", to: path)
        guard truncate(path, off_t(bytes)) == 0 else { throw FileError.current("make", path) }
    }

    /// Makes a file larger; what is added takes no space.
    public static func extend(_ path: String, to bytes: Int64) throws {
        guard truncate(path, off_t(bytes)) == 0 else { throw FileError.current("make larger", path) }
    }

    /// Makes a symlink.
    public static func makeLink(_ path: String, to target: String) throws {
        guard symlink(target, path) == 0 else { throw FileError.current("make the link", path) }
    }

    /// Writes beside the file and renames, so that readers see the old or the new content.
    public static func writeAtomically(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        let temporary = "\(path).\(getpid()).tmp"
        try write(text, to: temporary, mode: mode)
        try rename(temporary, to: path)
    }

    /// Replaces a file the user owns: its mode stays, and the new content is on the disk before
    /// the old one goes. A link is followed.
    public static func replace(_ path: String, with bytes: [UInt8]) throws {
        let target = realpath(path, nil).map { resolved in
            defer { free(resolved) }
            return String(cString: resolved)
        }
        var facts = stat()
        let mode = stat(path, &facts) == 0 ? facts.st_mode & 0o7777 : 0o644
        let temporary = "\(target ?? path).\(getpid()).tmp"
        do {
            try write(bytes, to: temporary, mode: mode)
            let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileError.current("read", temporary) }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw FileError.current("write", temporary) }
            try rename(temporary, to: target ?? path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    public static func rename(_ source: String, to target: String) throws {
        guard Glibc.rename(source, target) == 0 else {
            throw FileError.current("rename \(source) to", target)
        }
    }

    /// Names in a folder, sorted by bytes, without `.` and `..`. For trees of other people, whose names
    /// may be anything, there is ``RawPath``.
    public static func names(in folder: String) throws -> [String] {
        try RawPath(folder).names().map(\.description)
    }

    /// Removes a file or a folder with all it holds. Symlinks are removed, not followed, and
    /// mount points are not crossed.
    public static func removeTree(_ path: String) throws {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        try removeTree(RawPath(path), device: info.st_dev)
    }

    private static func removeTree(_ path: RawPath, device: dev_t) throws {
        guard let info = try? path.status() else { return }
        guard info.st_mode & S_IFMT == S_IFDIR else {
            if unlink(path.c) != 0, errno != ENOENT { throw FileError.current("remove", path.description) }
            return
        }
        guard info.st_dev == device else {
            throw FileError("remove across the mount point", path.description, code: EXDEV)
        }
        if info.st_mode & 0o700 != 0o700 { chmod(path.c, 0o700) }
        for name in try path.names() { try removeTree(path.appending(name), device: device) }
        if rmdir(path.c) != 0, errno != ENOENT { throw FileError.current("remove", path.description) }
    }

    /// Sets the time of a folder and of all folders below it to now.
    public static func touchFolders(below folder: String) throws { try touchFolders(below: RawPath(folder)) }

    private static func touchFolders(below folder: RawPath) throws {
        for name in try folder.names() {
            let path = folder.appending(name)
            if try path.status().st_mode & S_IFMT == S_IFDIR { try touchFolders(below: path) }
        }
        guard utimensat(AT_FDCWD, folder.c, nil, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw FileError.current("change the time of", folder.description)
        }
    }

    /// Free bytes for an ordinary user on the file system of the nearest existing parent.
    public static func freeBytes(at path: String) -> Int64? {
        var place = path
        while !exists(place), place != "/", place != "." { place = parent(of: place) }
        var info = statvfs()
        guard statvfs(place, &info) == 0 else { return nil }
        return Int64(info.f_bavail) * Int64(info.f_frsize)
    }
}
