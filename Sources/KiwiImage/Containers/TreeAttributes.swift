import KiwiDescription
import KiwiDiagnostics

/// What becomes of the attributes of `<type>` where the image is the root tree and nothing else:
/// archives and containers.
enum TreeAttributes {
    static let used: Set<String> = [
        "image", "primary", "bundle_format", "delta_root", "derived_from", "ensure_empty_tmpdirs",
        "metadata_path",
        // The configuration layer labels the tree and lists files.
        "selinux_policy", "provide_system_files", "require_system_files",
    ]

    static func notes(for type: ImageType) -> [Diagnostic] {
        type.attributes.sorted { $0.key < $1.key }.compactMap { name, value in
            guard !used.contains(name) else { return nil }
            return Diagnostic(
                "no-effect", .note, at: value.position,
                "type attribute '\(name)' has no effect here: an image of type '\(type.image)' is the root tree alone"
            )
        }
    }
}
