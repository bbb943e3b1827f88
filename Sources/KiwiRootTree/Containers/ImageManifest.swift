/// A reference by digest to a part of a container image.
public struct ImageDescriptor: Codable, Sendable, Hashable {
    public var mediaType: String
    /// `sha256:HEX`.
    public var digest: String
    public var size: Int64
    public var annotations: [String: String]?

    public init(mediaType: String, digest: String, size: Int64, annotations: [String: String]? = nil) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.annotations = annotations
    }

    public static let manifestType = "application/vnd.oci.image.manifest.v1+json"
    public static let configurationType = "application/vnd.oci.image.config.v1+json"
    public static let layerType = "application/vnd.oci.image.layer.v1.tar"
    public static let gzipLayerType = layerType + "+gzip"
    public static let zstdLayerType = layerType + "+zstd"
    /// Where an archive keeps the name of an image.
    public static let nameAnnotation = "org.opencontainers.image.ref.name"
}

/// Which configuration and layers make an image, the lowest layer first.
public struct ImageManifest: Codable, Sendable, Hashable {
    public var schemaVersion = 2
    public var mediaType: String? = ImageDescriptor.manifestType
    public var config: ImageDescriptor
    public var layers: [ImageDescriptor]

    public init(config: ImageDescriptor, layers: [ImageDescriptor]) {
        self.config = config
        self.layers = layers
    }
}

/// `index.json`: the images of an archive.
public struct ImageIndex: Codable, Sendable, Hashable {
    public var schemaVersion = 2
    public var manifests: [ImageDescriptor]

    public init(_ manifests: [ImageDescriptor]) { self.manifests = manifests }
}
