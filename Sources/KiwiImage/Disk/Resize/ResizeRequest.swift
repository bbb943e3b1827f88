import KiwiDiagnostics
import KiwiToolbox

/// What a person asks of `image resize`.
public struct ResizeRequest: Sendable, Hashable, Codable {
    /// Absolute path of the target folder of a build.
    public var target: String
    /// The new size of the disk in bytes.
    public var bytes: Int64
    /// What the disk's format is, when the description says it and not the manifest.
    public var format: DiskFormat?
    /// Whom the files belong to when it is not the caller.
    public var owner: CreateOptions.Owner?

    public init(target: String, bytes: Int64) {
        self.target = target
        self.bytes = bytes
    }
}
