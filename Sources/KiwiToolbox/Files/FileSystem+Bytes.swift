#if canImport(Glibc)
    import Glibc
#endif

/// The names of files in a tree are bytes, not always text.
extension FileSystem {
    /// Calls `body` with the path as system calls take it.
    public static func withPath<Result>(
        _ path: [UInt8], _ body: (UnsafePointer<CChar>) throws -> Result
    ) rethrows -> Result {
        try (path + [0]).withUnsafeBytes { try body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
    }

    /// Names in a folder, sorted, without `.` and `..`.
    public static func names(in folder: [UInt8]) throws -> [[UInt8]] {
        guard let handle = withPath(folder, { opendir($0) }) else { throw failure("list", folder) }
        defer { closedir(handle) }
        var names: [[UInt8]] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [46], name != [46, 46] { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// The error of the system call that just failed.
    public static func failure(_ operation: String, _ path: [UInt8]) -> FileError {
        FileError.current(operation, String(decoding: path, as: UTF8.self))
    }

    /// Removes a file or a folder with all it holds. Symlinks are removed, not followed, and
    /// mount points are not crossed.
    public static func removeTree(_ path: String) throws {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        try removeTree(Array(path.utf8), device: info.st_dev)
    }

    private static func removeTree(_ path: [UInt8], device: dev_t) throws {
        var info = stat()
        guard withPath(path, { lstat($0, &info) }) == 0 else { return }
        guard info.st_mode & S_IFMT == S_IFDIR else {
            if withPath(path, { unlink($0) }) != 0, errno != ENOENT { throw failure("remove", path) }
            return
        }
        guard info.st_dev == device else {
            throw FileError(
                "remove across the mount point", String(decoding: path, as: UTF8.self), code: EXDEV)
        }
        if info.st_mode & 0o700 != 0o700 { _ = withPath(path) { chmod($0, 0o700) } }
        for name in try names(in: path) { try removeTree(path + [UInt8(ascii: "/")] + name, device: device) }
        if withPath(path, { rmdir($0) }) != 0, errno != ENOENT { throw failure("remove", path) }
    }
}
