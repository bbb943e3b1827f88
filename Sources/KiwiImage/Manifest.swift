import KiwiDescription
import KiwiToolbox

/// `NAME.manifest.json`: what an image was built from, enough to build it again. Pure.
public struct Manifest: Sendable {
    public var image: ImageSummary
    public var clock: Int64
    /// Keys of the layers by label.
    public var layers: [String: String]
    /// First line of each tool's version text.
    public var tools: [String: String]
    /// Results by name: bytes, SHA-256 and use.
    public var results: [String: (bytes: Int64, sha256: String, key: String)]

    public var json: PrettyJSON {
        .object([
            "image": .object([
                "name": .text(image.name), "version": .text(image.version),
                "architecture": .text(image.architecture),
                "type": .text(image.type), "profiles": .array(image.profiles.map(PrettyJSON.text)),
            ]),
            "description": .object([
                "sha256": .text(image.descriptionDigest), "schema": .text(image.schemaVersion),
            ]),
            "options": .object(image.options.mapValues(PrettyJSON.text)),
            "source_date_epoch": .number(clock),
            "layers": .object(layers.mapValues(PrettyJSON.text)),
            "tools": .object(tools.mapValues(PrettyJSON.text)),
            "results": .object(
                results.mapValues { result in
                    .object([
                        "bytes": .number(result.bytes), "sha256": .text(result.sha256),
                        "use": .text(result.key),
                    ])
                }),
        ])
    }
}

/// What the manifest says about the image, known when the build is planned.
public struct ImageSummary: Sendable, Codable, Hashable {
    public var name: String
    public var version: String
    public var architecture: String
    public var type: String
    public var profiles: [String]
    public var schemaVersion: String
    public var descriptionDigest: String
    public var options: [String: String]

    public init(_ image: ResolvedImage, options: CreateOptions) {
        name = image.name
        version = image.version
        architecture = image.architecture.rawValue
        type = image.type.image
        profiles = image.profiles
        schemaVersion = image.sourceSchemaVersion
        descriptionDigest = options.descriptionDigest
        self.options = options.manifest
    }
}
