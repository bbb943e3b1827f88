import KiwiToolbox

/// A finished layer of a container.
struct LayerInfo: Codable, Sendable, Hashable {
    /// SHA-256 of the tar archive.
    var diffID: String
    /// SHA-256 of the file, which may be compressed.
    var digest: String
    var bytes: Int64
}

extension Artifact {
    /// The file of a layer, counted from the lowest of ours.
    static func layerFile(_ index: Int) -> Artifact { .file("container-layer.\(index)") }
    static func layerInfo(_ index: Int) -> Artifact { .value("container-layer.\(index)") }
}
