import KiwiDiagnostics
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The mounts this build has made, undone last in, first out.
///
/// In namespaces the kernel removes every mount with the last process; there the
/// table only keeps order. In the plain sandbox each mount is first written to a
/// journal below the target, from which the next run undoes what a SIGKILL left
/// (`undoJournal`). Nothing that is not in the journal is ever unmounted.
public final class MountTable: Sendable {
    private let mounted = Mutex<[String]>([])
    private let journal: String?

    /// - Parameter journal: file to record mounts in; nil inside a mount namespace.
    public init(journal: String? = nil) { self.journal = journal }

    /// Mounts and remembers.
    func mount(
        _ source: String, at target: String, type: String? = nil, flags: UInt = 0, options: String = ""
    ) throws {
        try mounted.withLock { mounted in
            mounted.append(target)
            try record(mounted)
        }
        let code = Glibc.mount(source, target, type, flags, options)
        guard code == 0 else {
            let error = FileError.current("mount \(type ?? "bind") at", target)
            forget(target)
            throw error
        }
    }

    /// Unmounts one place; a busy one is detached lazily and reported by the caller's log.
    func unmount(_ target: String) throws {
        if umount2(target, Int32(UMOUNT_NOFOLLOW)) != 0 {
            let code = errno
            if code == EBUSY {
                // A process that a script left behind holds it; it dies with the sandbox.
                guard umount2(target, Int32(MNT_DETACH | UMOUNT_NOFOLLOW)) == 0 else {
                    throw FileError.current("unmount", target)
                }
            } else if code != EINVAL, code != ENOENT {
                throw FileError("unmount", target, code: code)
            }
        }
        forget(target)
    }

    /// Unmounts everything that is still mounted, newest first.
    public func unmountAll() {
        for target in mounted.withLock({ $0.reversed().map { $0 } }) { try? unmount(target) }
    }

    private func forget(_ target: String) {
        mounted.withLock { mounted in
            if let index = mounted.lastIndex(of: target) { mounted.remove(at: index) }
            try? record(mounted)
        }
    }

    private func record(_ mounted: [String]) throws {
        guard let journal else { return }
        if mounted.isEmpty {
            unlink(journal)
            return
        }
        try FileSystem.writeAtomically(mounted.joined(separator: "\n") + "\n", to: journal)
    }

    /// Undoes the mounts a killed build has recorded, newest first.
    /// - Returns: the places that were unmounted.
    @discardableResult
    public static func undoJournal(_ journal: String) -> [String] {
        guard let text = try? FileSystem.readText(journal) else { return [] }
        let targets = text.split(separator: "\n").map(String.init).reversed()
        var undone: [String] = []
        for target in targets where umount2(target, Int32(MNT_DETACH | UMOUNT_NOFOLLOW)) == 0 {
            undone.append(target)
        }
        unlink(journal)
        return undone
    }

    // MARK: Scopes

    func withBindMounts<Result: Sendable>(
        _ binds: [BindMount], at tree: String, _ body: () async throws -> Result
    ) async throws -> Result {
        var done: [(target: String, made: MadePath?)] = []
        defer {
            for (target, made) in done.reversed() {
                try? unmount(target)
                made?.remove()
            }
        }
        for bind in binds {
            let target = try TreePath.resolve(bind.target, below: tree, followLast: true)
            let isFolder = FileSystem.isFolder(bind.source)
            let made = try MadePath.make(target, folder: isFolder)
            done.append((target, made))
            try mount(bind.source, at: target, flags: UInt(MS_BIND))
            if bind.readOnly {
                // Best effort: a mount whose flags are locked in this namespace cannot be changed.
                _ = Glibc.mount(
                    "none", target, nil, UInt(MS_REMOUNT | MS_BIND | MS_RDONLY), nil)
            }
        }
        return try await body()
    }

    func withKernelFileSystems<Result: Sendable>(
        at tree: String, network: Bool, _ body: () async throws -> Result
    ) async throws -> Result {
        let mounts = try KernelFileSystems.mount(in: tree, table: self)
        defer { for target in mounts.reversed() { try? unmount(target) } }
        guard network else { return try await body() }
        return try await withNetworkFiles(at: tree, body)
    }

    /// Shows the build machine's resolver configuration and host table in the tree.
    ///
    /// They are symlinks into the tree's /run (a tmpfs here), so that a script may replace
    /// or remove them; what was there before comes back afterwards unless a script did so.
    private func withNetworkFiles<Result: Sendable>(
        at tree: String, _ body: () async throws -> Result
    ) async throws -> Result {
        let etc = try TreePath.resolve("/etc", below: tree, followLast: true)
        guard FileSystem.isRealFolder(etc), FileSystem.isRealFolder("\(tree)/run") else {
            return try await body()
        }
        var shown: [IntermediateFile] = []
        defer { for file in shown { file.remove() } }
        try FileSystem.makeFolder("\(tree)/run/.kiwi")
        for name in ["resolv.conf", "hosts"] {
            guard let text = try? FileSystem.readText("/etc/\(name)") else { continue }
            try FileSystem.write(text, to: "\(tree)/run/.kiwi/\(name)")
            shown.append(try IntermediateFile(folder: etc, name: name))
        }
        return try await body()
    }
}

/// A file of /etc that a link stands in for while programs run in the tree.
private struct IntermediateFile {
    let path: String
    let saved: String
    let link: String

    init(folder: String, name: String) throws {
        path = "\(folder)/\(name)"
        saved = "\(folder)/.\(name).kiwi-saved"
        link = "/run/.kiwi/\(name)"
        if FileSystem.exists(path) { try FileSystem.rename(path, to: saved) }
        guard symlink(link, path) == 0 else { throw FileError.current("link", path) }
    }

    func remove() {
        let untouched = TreePath.readLink(path) == link
        if untouched { unlink(path) }
        guard FileSystem.exists(saved) else { return }
        if FileSystem.exists(path) { unlink(saved) } else { try? FileSystem.rename(saved, to: path) }
    }
}

/// A mount point that did not exist before.
struct MadePath {
    var created: [String]
    var isFolder: Bool

    /// Makes `path` (and its missing parents); nil when it is there already.
    static func make(_ path: String, folder: Bool) throws -> MadePath? {
        if FileSystem.exists(path) { return nil }
        var missing: [String] = []
        var parent = FileSystem.parent(of: path)
        while !FileSystem.exists(parent), parent != "/" {
            missing.append(parent)
            parent = FileSystem.parent(of: parent)
        }
        for path in missing.reversed() {
            guard mkdir(path, 0o755) == 0 else { throw FileError.current("create", path) }
        }
        if folder {
            guard mkdir(path, 0o755) == 0 else { throw FileError.current("create", path) }
        } else {
            let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw FileError.current("create", path) }
            close(descriptor)
        }
        return MadePath(created: [path] + missing, isFolder: folder)
    }

    /// Removes what was made, if nothing else came into it.
    func remove() {
        if isFolder { rmdir(created[0]) } else { unlink(created[0]) }
        for folder in created.dropFirst() where rmdir(folder) != 0 { break }
    }
}
