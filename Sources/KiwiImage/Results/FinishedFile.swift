import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// What a result needs before it gets its name.
enum FinishedFile {
    /// Gives it mode and owner and waits until it is on the disk.
    static func finish(_ path: String, owner: CreateOptions.Owner?) throws {
        guard chmod(path, 0o644) == 0 else { throw FileError.current("change mode of", path) }
        // Owners outside the namespace's map cannot be given; the caller's outer process may.
        if let owner { _ = chown(path, uid_t(owner.user), gid_t(owner.group)) }
        sync(path)
    }

    /// Also for folders: waits until the names in it are on the disk.
    static func sync(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
