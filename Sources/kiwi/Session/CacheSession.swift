import ArgumentParser
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

/// What the cache holds.
func listCache(_ request: CacheRequest) async throws -> [CacheEntry] {
    CacheFolder(request.folder).items().map(CacheEntry.init)
        .filter { request.kinds.isEmpty || request.kinds.contains($0.kind) }
}

/// Removes entries of the cache and returns those that were removed.
func pruneCache(_ request: CacheRequest) async throws -> [CacheEntry] {
    guard SandboxLauncher.current != nil else {
        try await enterSandbox(request.sandbox)
        // The worker has printed what it removed.
        throw ArgumentParser.ExitCode.success
    }
    return try CacheFolder(request.folder).prune(
        kinds: Set(request.kinds.compactMap { CacheFolder.Kind(rawValue: $0.rawValue) }),
        everything: request.all,
        limit: request.limit ?? CacheFolder.defaultLimit
    ).map(CacheEntry.init)
}

extension CacheEntry {
    init(_ item: CacheFolder.Item) {
        self.init(
            kind: CacheRequest.Kind(rawValue: item.kind.rawValue)!, name: item.name, key: item.key,
            bytes: item.bytes, lastUsed: item.lastUse)
    }

    init(_ entry: SharedFolder.Entry) {
        self.init(
            kind: entry.isLayer ? .layer : .step, name: entry.step, key: entry.key, bytes: entry.bytes,
            lastUsed: entry.lastUse)
    }
}
