/// A named thing that steps hand to each other.
///
/// Targets declare their artifacts as static members in extensions, for example
/// `extension Artifact { public static let initrd = Artifact.file("initrd") }`.
public enum Artifact: Hashable, Sendable, Codable {
    /// A small `Codable` value known only while building (resolved packages, kernel version, sizes).
    case value(String)
    /// A file.
    case file(String)
    /// A layer of a root tree.
    case layer(String)

    public var name: String {
        switch self {
        case .value(let name), .file(let name), .layer(let name): name
        }
    }

    /// `kind:name`, as printed in plans.
    public var label: String {
        switch self {
        case .value(let name): "value:\(name)"
        case .file(let name): "file:\(name)"
        case .layer(let name): "layer:\(name)"
        }
    }

    /// The artifact of the same kind for a second tree in a plan.
    public func scoped(_ scope: String) -> Artifact {
        let full = "\(scope).\(name)"
        return switch self {
        case .value: .value(full)
        case .file: .file(full)
        case .layer: .layer(full)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(label)
    }

    public init(from decoder: any Decoder) throws {
        let label = try decoder.singleValueContainer().decode(String.self)
        let parts = label.split(separator: ":", maxSplits: 1).map(String.init)
        let name = parts.count == 2 ? parts[1] : label
        switch parts.first {
        case "file": self = .file(name)
        case "layer": self = .layer(name)
        default: self = .value(name)
        }
    }
}
