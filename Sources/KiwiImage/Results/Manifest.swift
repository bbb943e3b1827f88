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

    static let diskFormatKey = "disk_format"

    public var json: JSONValue {
        .object([
            "image": .object(
                image.optionalFacts.merging([
                    "name": .string(image.name), "version": .string(image.version),
                    "architecture": .string(image.architecture),
                    "type": .string(image.type), "profiles": .array(image.profiles.map(JSONValue.string)),
                ]) { $1 }),
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
    /// Bytes that `<size>` demands; nil when the content decides.
    public var size: Int64?
    public var schemaVersion: String
    public var descriptionDigest: String
    public var options: [String: String]
    /// What `image resize` has to make of the disk again.
    public var diskFormat: DiskFormat?

    public init(_ image: ResolvedImage, options: CreateOptions) {
        name = image.name
        version = image.version
        architecture = image.architecture.rawValue
        type = image.type.image
        profiles = image.profiles
        size = image.type.size.flatMap { $0.additive ? nil : $0.bytes }
        schemaVersion = image.sourceSchemaVersion
        descriptionDigest = options.descriptionDigest
        self.options = options.manifest
        // What is wrong with it has been said by the planner.
        diskFormat = (try? DiskFormat.of(image, options: options)) ?? nil
    }

    /// What only some images have.
    fileprivate var optionalFacts: [String: JSONValue] {
        var facts: [String: JSONValue] = [:]
        facts["size"] = size.map { .number(Int($0)) }
        facts[Manifest.diskFormatKey] = diskFormat.flatMap { try? JSONValue(encoding: $0) }
        return facts
    }
}
