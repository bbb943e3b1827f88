import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Indexes kept between builds: `CACHE/apt/lists/SOURCES/RELEASES/`, one complete, never changed
/// folder per state of the repositories. Builds link files in and out; nobody holds a lock.
struct AptListCache: Sendable {
    /// The folder of one set of sources.
    let folder: String

    init(cache: String, sources: Digest) { folder = "\(cache)/apt/lists/\(sources.hex.prefix(32))" }

    /// Links the newest kept state into an empty private lists folder.
    /// - Returns: whether there is one.
    @discardableResult
    func restore(into lists: String) -> Bool {
        for _ in 0..<3 {
            guard let newest = generations.last else { return false }
            // Another build may remove the folder while it is read: then there is a newer one.
            let complete = LocalFile.list("\(folder)/\(newest)").allSatisfy { name in
                (try? LocalFile.linkOrCopy("\(folder)/\(newest)/\(name)", to: "\(lists)/\(name)")) != nil
            }
            if complete { return true }
            for name in LocalFile.list(lists) where name != "partial" { LocalFile.remove("\(lists)/\(name)") }
        }
        return false
    }

    /// Keeps the state of a private lists folder and drops older ones. Failures cost only time later.
    func publish(_ lists: String, as generation: String) {
        let target = "\(folder)/\(generation)"
        if !FileSystem.exists(target) {
            let partial = "\(folder)/.new-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
            guard (try? FileSystem.makeFolder(partial)) != nil else { return }
            for name in LocalFile.list(lists) where LocalFile.isFile("\(lists)/\(name)") && name != "lock" {
                guard (try? LocalFile.linkOrCopy("\(lists)/\(name)", to: "\(partial)/\(name)")) != nil else {
                    LocalFile.remove(partial)
                    return
                }
            }
            if Glibc.rename(partial, target) != 0 { LocalFile.remove(partial) }
        }
        utimes(target, nil)
        for old in generations where old != generation { LocalFile.remove("\(folder)/\(old)") }
    }

    func clear() { LocalFile.remove(folder) }

    /// Kept states, oldest first.
    private var generations: [String] {
        LocalFile.list(folder).filter { !$0.hasPrefix(".") }.sorted { modified($0) < modified($1) }
    }

    private func modified(_ name: String) -> Int64 {
        var facts = stat()
        guard stat("\(folder)/\(name)", &facts) == 0 else { return 0 }
        return Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
    }
}
