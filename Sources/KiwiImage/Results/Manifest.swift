import KiwiDescription
import KiwiRootTree
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

    public var repositories: [UsedRepository]

    public var json: JSONValue {
        .object([
            "image": .object([
                "name": .string(image.name), "version": .string(image.version),
                "architecture": .string(image.architecture),
                "type": .string(image.type), "profiles": .array(image.profiles.map(JSONValue.string)),
            ]),
            "description": .object([
                "sha256": .string(image.descriptionDigest), "schema": .string(image.schemaVersion),
            ]),
            "options": .object(image.options.mapValues(JSONValue.string)),
            "source_date_epoch": .number(Int(clock)),
            "layers": .object(layers.mapValues(JSONValue.string)),
            "tools": .object(tools.mapValues(JSONValue.string)),
            "repositories": .array(
                repositories.map { repository in
                    .object([
                        "alias": .string(repository.alias), "source": .string(repository.source),
                        "addresses": .array(repository.addresses.map(JSONValue.string)),
                        "distribution": repository.distribution.map(JSONValue.string) ?? .null,
                        "components": .array(repository.components.map(JSONValue.string)),
                        "verified": .bool(repository.verified),
                    ])
                }),
            "results": .object(
                results.mapValues { result in
                    .object([
                        "bytes": .number(Int(result.bytes)), "sha256": .string(result.sha256),
                        "use": .string(result.key),
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
