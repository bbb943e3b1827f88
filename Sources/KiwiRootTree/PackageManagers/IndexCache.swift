import KiwiDescription
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Indexes kept between builds: `CACHE/rpm/TOOL/REPOSITORIES/STATE/` and `CACHE/pacman/REPOSITORIES/STATE/`,
/// complete folders that never change. Builds link files in and out; nobody holds a lock.
struct IndexCache: Sendable {
    /// The folder of one set of repositories.
    let folder: String

    /// - Parameter scripts: checksums of what changes the repositories' files.
    init(
        cache: String, tool: String, _ repositories: [RpmRepository], _ keys: RpmKeys, scripts: [String] = []
    ) {
        let parts =
            repositories.flatMap { [$0.id, $0.addressKind, $0.address, "\($0.checksRepository)"] } + scripts
        folder = "\(cache)/rpm/\(tool)/\(Digest(ofParts: parts + keys.digests).hex.prefix(32))"
    }

    init(pacman repositories: [PacmanRepository], cache: String, scripts: [String] = []) {
        let parts = repositories.flatMap { [$0.address, "\($0.checksRepository)"] + $0.databases } + scripts
        folder = "\(cache)/pacman/\(Digest(ofParts: parts).hex.prefix(32))"
    }

    /// Links the newest kept state into an empty folder.
    /// - Returns: whether there is one.
    @discardableResult
    func restore(into target: String) -> Bool {
        guard let newest = generations.last else { return false }
        do {
            try Self.link("\(folder)/\(newest)", to: target)
            return true
        } catch {
            // Another build may have removed the folder while it was read: then everything is fetched again.
            for name in LocalFile.list(target) { LocalFile.remove("\(target)/\(name)") }
            return false
        }
    }

    /// Keeps a state and drops older ones. Failures cost only time later.
    func publish(_ source: String) {
        guard let state = try? RpmMetadata(cache: source).digest else { return }
        publish(source, as: state)
    }

    func publish(_ source: String, as digest: Digest) {
        let state = String(digest.hex.prefix(32))
        let target = "\(folder)/\(state)"
        if !FileSystem.exists(target) {
            let partial = "\(folder)/.new-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
            guard (try? Self.link(source, to: partial)) != nil, Glibc.rename(partial, target) == 0 else {
                LocalFile.remove(partial)
                return
            }
        }
        utimes(target, nil)
        for old in generations where old != state { LocalFile.remove("\(folder)/\(old)") }
    }

    func clear() { LocalFile.remove(folder) }

    private var generations: [String] {
        LocalFile.list(folder).filter { !$0.hasPrefix(".") }.sorted {
            (FileSystem.changeTime(of: "\(folder)/\($0)") ?? 0)
                < (FileSystem.changeTime(of: "\(folder)/\($1)") ?? 0)
        }
    }

    /// Links regular files; sockets of gpg's agent, packages and the tools' own binary caches stay behind.
    private static func link(_ source: String, to target: String) throws {
        try FileSystem.makeFolder(target)
        for name in LocalFile.list(source) where !["packages", "@System"].contains(name) {
            let path = "\(source)/\(name)"
            if FileSystem.isRealFolder(path) {
                try link(path, to: "\(target)/\(name)")
            } else if LocalFile.isFile(path), !name.hasSuffix(".lock"), !name.hasSuffix(".pid") {
                // Files that the tools rewrite in place must not change what is kept.
                try LocalFile.copyData(path, to: "\(target)/\(name)")
            }
        }
    }
}
