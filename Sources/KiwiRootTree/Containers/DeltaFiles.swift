import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The files of a tree that its base does not have, or has in another state.
struct DeltaFiles: Sendable {
    let paths: [RawPath]

    /// - Throws: `FileError`.
    init(of tree: String, over base: String) throws {
        var paths: [RawPath] = []
        try Self.add(RawPath([]), tree, base, &paths)
        self.paths = paths
    }

    /// Those that are no longer there.
    func gone(from tree: String) -> [RawPath] {
        paths.filter {
            var facts = stat()
            return lstat($0.place(below: tree), &facts) != 0
        }
    }

    private static func add(
        _ folder: RawPath, _ tree: String, _ base: String, _ paths: inout [RawPath]
    ) throws {
        for name in try folder.names(below: tree) {
            let path = folder.appending(name)
            var (new, old) = (stat(), stat())
            guard lstat(path.place(below: tree), &new) == 0 else { continue }
            if new.st_mode & S_IFMT == S_IFDIR {
                try add(path, tree, base, &paths)
                continue
            }
            let isKept =
                lstat(path.place(below: base), &old) == 0 && new.st_mode == old.st_mode
                && new.st_size == old.st_size && new.st_uid == old.st_uid && new.st_gid == old.st_gid
                && new.st_mtim.tv_sec == old.st_mtim.tv_sec && new.st_mtim.tv_nsec == old.st_mtim.tv_nsec
            if !isKept { paths.append(path) }
        }
    }
}
