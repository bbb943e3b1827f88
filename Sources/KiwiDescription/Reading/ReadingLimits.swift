/// What a description file may be at most; protects against hostile input.
public struct ReadingLimits: Hashable, Sendable {
    /// Bytes of one file; large descriptions of real life have 40 thousand.
    public var fileSize = 1024 * 1024
    /// Elements within each other.
    public var depth = 200
    public var attributesPerElement = 256
    /// Characters that entity references may add to the file in all.
    public var expansion = 100_000
    /// Entities within each other.
    public var entityDepth = 16
    /// Syntax errors after which reading stops.
    public var errors = 50

    /// Included files within each other.
    public var includeDepth = 16
    /// Included files in all.
    public var includes = 200
    /// Bytes of all included files.
    public var includedSize = 2 * 1024 * 1024
    /// Mistakes in the structure after which comparing with the schema stops.
    public var mistakes = 200
    /// Combinations of profile and image type that `kiwi lint` checks as builds.
    public var builds = 200

    public init() {}
}
