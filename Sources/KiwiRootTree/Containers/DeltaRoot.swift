import KiwiDescription

/// A container that holds nothing but its difference from the base (`delta_root`), for those who bring the
/// base themselves.
public struct DeltaRoot: Sendable, Hashable, Codable {
    /// `require_system_files`: the base's `/systemfiles` belongs to the difference.
    public var requiresSystemFiles: Bool

    /// nil when the type does not ask for one, or has no base.
    public init?(of type: ImageType) {
        guard ["docker", "oci"].contains(type.image), type.flag("delta_root"),
            type.string("derived_from") != nil
        else { return nil }
        requiresSystemFiles = type.flag("require_system_files")
    }
}

/// `provide_system_files`: the list of what packages own, in `/systemfiles`.
public struct SystemFiles: Sendable, Hashable, Codable {
    static let path = "/systemfiles"

    /// Packages that are left out: `<packages type="systemfiles"><ignore/>`.
    public var ignored: [String]

    /// nil when the type does not ask for it.
    public init?(of image: ResolvedImage) {
        guard ["docker", "oci"].contains(image.type.image), image.type.flag("provide_system_files") else {
            return nil
        }
        ignored = image.systemFilesIgnore.map(\.value).sorted()
    }
}
