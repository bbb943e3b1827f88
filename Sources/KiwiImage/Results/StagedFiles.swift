import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Files that get their names in a folder all together: each is complete and on the disk before the
/// first is renamed. Until then they have hidden names beside the final ones.
struct StagedFiles {
    let folder: String
    private var names: [String] = []

    init(in folder: String) { self.folder = folder }

    /// The hidden path to write the file of this name to.
    mutating func path(for name: String) -> String {
        names.append(name)
        return hidden(name)
    }

    private func hidden(_ name: String) -> String { "\(folder)/.\(name).new" }

    /// Gives all their names, and before that mode and owner.
    ///
    /// - Throws: `FileError`.
    func publish(owner: CreateOptions.Owner?) throws {
        for path in names.map(hidden) {
            guard chmod(path, 0o644) == 0 else { throw FileError.current("change mode of", path) }
            // Owners outside the namespace's map cannot be given; the caller's outer process may.
            if let owner { _ = chown(path, uid_t(owner.user), gid_t(owner.group)) }
            sync(path)
        }
        for name in names { try FileSystem.rename(hidden(name), to: "\(folder)/\(name)") }
        sync(folder)
    }

    /// Removes what has no name yet.
    func discard() {
        for path in names.map(hidden) { unlink(path) }
    }

    /// Also for folders: waits until the names in it are on the disk.
    private func sync(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
