/// What two images are compared by. Pure.
public struct ImageContents: Sendable {
    /// The path as it was given.
    public var path: String
    /// For people: `iso`, `squashfs`, `oci archive`, `folder`, ...
    public var kind: String
    /// Bytes of the file; nil for folders.
    public var bytes: Int64?
    /// SHA-256 of the file; nil for folders.
    public var digest: String?
    /// Bytes of a file system whose size is chosen and not what its content happens to need: those
    /// that can be written to. Nil for others.
    public var chosenSize: Int64?
    public var version: String?
    /// The root tree; nil for lists.
    public var tree: TreeIndex?
    /// The files on a medium beside the root tree.
    public var medium: TreeIndex?
    public var packages: PackageVersions?
    /// Settings as text by name.
    public var settings: [String: String]?

    public init(path: String, kind: String) {
        self.path = path
        self.kind = kind
    }
}
