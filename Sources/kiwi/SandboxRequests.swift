/// `system clean`.
struct CleanRequest: Codable, Hashable, Sendable {
    /// Absolute path of the target folder.
    var target: String
    var sandbox: GlobalOptions.SandboxChoice
}

/// `system shell`.
struct ShellRequest: Codable, Hashable, Sendable {
    /// Absolute path of a target folder with a kept or failed tree, or of a root tree.
    var target: String?
    var root: String?
    var cache: String
    /// The command to run; empty: an interactive shell.
    var command: [String]
    var sandbox: GlobalOptions.SandboxChoice
    var network: GlobalOptions.NetworkChoice
}

/// `cache list` and `cache prune`.
struct CacheRequest: Codable, Hashable, Sendable {
    enum Kind: String, Codable, Sendable, CaseIterable { case layer, step, package, index }

    /// Absolute path of the cache folder.
    var folder: String
    /// The kinds of entries it is about; empty: all.
    var kinds: Set<Kind> = []
    /// Remove everything of these kinds, not only what exceeds the limit.
    var all = false
    /// Bytes that may stay; nil: the default limit.
    var limit: Int64?
    var sandbox: GlobalOptions.SandboxChoice
}

/// One thing in the cache.
struct CacheEntry: Codable, Hashable, Sendable {
    var kind: CacheRequest.Kind
    /// What it is, for people: the layer and its image, the package file.
    var name: String
    var key: String
    var bytes: Int64
    /// Seconds since 1970.
    var lastUsed: Int64

    enum CodingKeys: String, CodingKey {
        case kind, name, key, bytes
        case lastUsed = "last_used"
    }
}
