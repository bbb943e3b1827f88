/// What checks of a build may ask the machine that builds; a value, so that tests decide it.
public struct HostFacts: Sendable {
    /// Absolute path of the folder that takes the root tree or the results.
    public var target: String
    /// Absolute path of the cache folder.
    public var cache: String
    /// Whether the root tree itself is written below the target.
    public var writesTree: Bool
    /// Absolute folders that boot descriptions may be installed in.
    public var shares: [String]
    /// Whether there is such a file or folder.
    public var exists: @Sendable (_ path: String) -> Bool
    /// The kind of file system of a path or of the nearest folder above it that exists: `ext4`, `nfs`, ...
    public var fileSystem: @Sendable (_ path: String) -> String?
    /// What a program prints; nil when it cannot be run.
    public var output: @Sendable (_ program: String, _ arguments: [String]) -> String?

    public init(
        target: String, cache: String, writesTree: Bool, shares: [String] = [],
        exists: @escaping @Sendable (String) -> Bool,
        fileSystem: @escaping @Sendable (String) -> String?,
        output: @escaping @Sendable (String, [String]) -> String?
    ) {
        self.target = target
        self.cache = cache
        self.writesTree = writesTree
        self.shares = shares
        self.exists = exists
        self.fileSystem = fileSystem
        self.output = output
    }
}
