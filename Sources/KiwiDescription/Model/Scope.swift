import KiwiDiagnostics

/// The attributes of an element that is decoded no further.
public typealias Attributes = [String: Located<String>]

extension Attributes {
    public func string(_ name: String) -> String? { self[name]?.value }

    /// `true` and `1` are true; nil when it is not written.
    public func boolean(_ name: String) -> Bool? { self[name].map { $0.value == "true" || $0.value == "1" } }

    public func number(_ name: String) -> Int? { self[name].flatMap { Int(trimmed($0.value)) } }

    /// The parts of a comma list; nil when it is not written or empty.
    public func list(_ name: String) -> [String]? {
        guard let value = self[name]?.value, !value.isEmpty else { return nil }
        return value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
}

/// For which profiles and architectures a section counts; nil: for all.
public struct Scope: Hashable, Sendable, Codable {
    public var profiles: [String]?
    public var architectures: [String]?

    public init(profiles: [String]? = nil, architectures: [String]? = nil) {
        self.profiles = profiles
        self.architectures = architectures
    }

    init(_ element: Element) {
        let attributes = element.locatedAttributes
        self.init(profiles: attributes.list("profiles"), architectures: attributes.list("arch"))
    }

    /// Whether it counts when these profiles are selected.
    public func includes(profiles selected: [String], _ architecture: Architecture) -> Bool {
        (profiles?.contains(where: selected.contains) ?? true)
            && (architectures?.contains(architecture.rawValue) ?? true)
    }
}
