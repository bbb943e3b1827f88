import KiwiDescription
import KiwiDiagnostics

/// What becomes of the attributes of `<type>` where the image is the root tree and nothing else:
/// archives and containers.
enum TreeAttributes {
    static let used: Set<String> = [
        "image", "primary", "bundle_format", "derived_from", "ensure_empty_tmpdirs", "metadata_path",
        // The configuration layer labels the tree.
        "selinux_policy",
    ]

    /// Those that stop the build when they are true, with what to do instead.
    static let refused = [
        "delta_root": "write a container with the layers of its base: remove the attribute",
        "provide_system_files": "remove the attribute",
        "require_system_files": "remove the attribute",
    ]

    static func errors(for type: ImageType) -> [Diagnostic] {
        refused.sorted { $0.key < $1.key }.compactMap { name, remedy in
            guard type.flag(name) else { return nil }
            return Diagnostic(
                "unsupported-attribute", at: type.position(of: name),
                "type attribute '\(name)' is not supported by this version yet", remedy: remedy)
        }
    }

    static func notes(for type: ImageType) -> [Diagnostic] {
        type.attributes.sorted { $0.key < $1.key }.compactMap { name, value in
            guard !used.contains(name), refused[name] == nil else { return nil }
            return Diagnostic(
                "no-effect", .note, at: value.position,
                "type attribute '\(name)' has no effect here: an image of type '\(type.image)' is the root tree alone"
            )
        }
    }
}
