import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// The cache as a whole: what is in it, by kind, and how it is made smaller.
///
///     steps/      layers and step outputs (StepCache)
///     packages/   downloaded packages, named by checksum
///     apt/, ...   repository indexes and solver answers, one folder per package manager
///
/// Builds hold a shared lock on it while they run; pruning needs the exclusive one.
public struct CacheFolder: Sendable {
    public enum Kind: String, Sendable, Codable, CaseIterable { case layer, step, package, index }

    /// One thing in the cache.
    public struct Item: Sendable {
        public var kind: Kind
        /// For people: the step that made it, the package file's name, the folder.
        public var name: String
        public var key: String
        public var bytes: Int64
        /// Seconds since 1970.
        public var lastUse: Int64
        let paths: [String]
    }

    /// What may stay when no limit is given: 20 GiB.
    public static let defaultLimit: Int64 = 20 << 30

    private let folder: String

    public init(_ folder: String) { self.folder = folder }

    /// Everything in it, most recently used first.
    public func items() -> [Item] {
        let steps = StepCache(cache: folder).entries().entries.map { entry, lastUse in
            Item(
                kind: entry.layer == nil ? .step : .layer, name: entry.step, key: entry.key,
                bytes: entry.bytes,
                lastUse: lastUse, paths: ["\(folder)/steps/\(entry.key)"])
        }
        let packages = names("\(folder)/packages").compactMap { name -> Item? in
            item(.package, name: name, path: "\(folder)/packages/\(name)")
        }
        let indexes = names(folder).filter { !["steps", "packages"].contains($0) && !$0.hasPrefix(".") }
            .flatMap { manager in
                names("\(folder)/\(manager)").flatMap { kind in
                    names("\(folder)/\(manager)/\(kind)").compactMap { name in
                        item(
                            .index, name: "\(manager)/\(kind)/\(name)",
                            path: "\(folder)/\(manager)/\(kind)/\(name)")
                    }
                }
            }
        return (steps + packages + indexes).sorted { ($0.lastUse, $0.key) > ($1.lastUse, $1.key) }
    }

    private func names(_ path: String) -> [String] {
        ((try? FileSystem.names(in: path)) ?? []).filter { !$0.hasPrefix(".") }
    }

    private func item(_ kind: Kind, name: String, path: String) -> Item? {
        var info = stat()
        guard lstat(path, &info) == 0 else { return nil }
        let isFolder = info.st_mode & S_IFMT == S_IFDIR
        let bytes = isFolder ? (try? TreeListing(of: path).bytes) ?? 0 : Int64(info.st_size)
        let key = name.split(separator: "/").last.map(String.init) ?? name
        return Item(
            kind: kind, name: name, key: key, bytes: bytes, lastUse: Int64(info.st_mtim.tv_sec), paths: [path]
        )
    }

    /// Seconds between two looks at the size of a cache that builds use.
    static let upkeepInterval: Int64 = 600

    /// What a build does at its end: when the cache exceeds the limit, what was not used for the longest time goes,
    /// until a fifth of the limit is free. Does nothing while other builds run, or shortly after another look.
    /// Call it inside the sandbox.
    /// - Returns: what was removed.
    public func upkeep(limit: Int64, now: Int64 = Int64(time(nil))) throws -> [Item] {
        let mark = "\(folder)/.checked"
        if let last = FileSystem.changeTime(of: mark), now - last < Self.upkeepInterval, last <= now {
            return []
        }
        try FileSystem.removeTree(mark)
        try FileSystem.write("", to: mark)
        guard items().reduce(0, { $0 + $1.bytes }) > limit else { return [] }
        do {
            return try prune(kinds: [], everything: false, limit: limit / 5 * 4)
        } catch let failure as Failure where failure.exitCode == .targetInUse {
            return []
        }
    }

    /// Removes what exceeds the limit, least recently used first, or everything of the kinds.
    /// Layers hold files of mapped owners: call it inside the sandbox.
    /// - Returns: what was removed.
    /// - Throws: `Failure` with exit code 5 while builds use the cache.
    public func prune(kinds: Set<Kind>, everything: Bool, limit: Int64) throws -> [Item] {
        let lock = try CacheLock(folder, exclusive: true)
        defer { withExtendedLifetime(lock) {} }
        for place in StepCache(cache: folder).entries().leftovers { try FileSystem.removeTree(place) }
        for name in (try? FileSystem.names(in: "\(folder)/packages")) ?? [] where name.hasPrefix(".partial") {
            try FileSystem.removeTree("\(folder)/packages/\(name)")
        }
        let items = items()
        var total = items.reduce(0) { $0 + $1.bytes }
        var removed: [Item] = []
        for item in items.reversed() where kinds.isEmpty || kinds.contains(item.kind) {
            guard everything || total > limit else { break }
            for path in item.paths { try FileSystem.removeTree(path) }
            total -= item.bytes
            removed.append(item)
        }
        return removed
    }
}

/// The lock on a cache folder; released with the value.
final class CacheLock: Sendable {
    private let descriptor: Int32

    init(_ folder: String, exclusive: Bool) throws {
        try FileSystem.makeFolder(folder)
        let path = "\(folder)/.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.current("lock", path) }
        if flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 { return }
        if !exclusive {
            // Somebody prunes: that takes seconds.
            _ = flock(descriptor, LOCK_SH)
            return
        }
        close(descriptor)
        throw Failure(
            .targetInUse,
            Diagnostic(
                "cache-in-use", "builds are using the cache \(folder)", remedy: "wait until they are done"))
    }

    deinit { close(descriptor) }
}
