/// One element of the language.
public struct ElementSchema: Sendable, Hashable {
    public var name: String
    /// One line for people.
    public var summary: String
    public var attributes: [AttributeSchema]
    public var children: [ChildSchema]
    /// The text an element may hold; nil: none but white space.
    public var content: ValueType?
    /// What holds when the element is not written, where that is one fixed text.
    public var defaultValue: String?
    /// The image types it changes something for; empty: all. Only for elements below `<type>`.
    public var imageTypes: [String]
    /// The schema version that introduced it; nil when it is older than 7.4.
    public var since: String?
    /// Without any of these it changes nothing; empty: it needs nothing.
    public var needs: [Need]
    /// The package managers it changes something for; empty: all.
    public var managers: [String]

    init(
        _ name: String, _ summary: String, content: ValueType? = nil, default defaultValue: String? = nil,
        on imageTypes: [String] = [], since: String? = nil, needs: [Need] = [], managers: [String] = [],
        attributes: [AttributeSchema] = [], children: [ChildSchema] = []
    ) {
        self.name = name
        self.summary = summary
        self.content = content
        self.defaultValue = defaultValue
        self.imageTypes = imageTypes
        self.since = since
        self.needs = needs
        self.managers = managers
        self.attributes = attributes
        self.children = children
    }

    public func attribute(_ name: String) -> AttributeSchema? { attributes.first { $0.name == name } }
    public func child(_ name: String) -> ChildSchema? { children.first { $0.name == name } }
}

/// One attribute of an element.
public struct AttributeSchema: Sendable, Hashable {
    public var name: String
    public var type: ValueType
    public var isRequired: Bool
    /// The image types it is allowed for; empty: all. Only for attributes of `<type>`.
    public var imageTypes: [String]
    /// The allowed image types it changes something for, where that is not all of them; at elements
    /// below `<type>` too.
    public var effectiveTypes: [String]
    /// The boot loaders it has a meaning for; empty: all. Only for attributes of `<bootloader>`.
    public var loaders: [String]
    /// What holds when it is not written, where that is one fixed value.
    public var defaultValue: String?
    public var since: String?
    /// Without any of these it changes nothing; empty: it needs nothing.
    public var needs: [Need]
    /// The element around its own inside of which alone it changes something; nil: any.
    public var inside: String?
    /// The package managers it changes something for; empty: all.
    public var managers: [String]
    /// Accepted for compatibility, but changes nothing.
    public var isWithoutEffect: Bool
    /// One line for people.
    public var summary: String

    init(
        _ name: String, _ type: ValueType, required: Bool = false, on imageTypes: [String] = [],
        effect effectiveTypes: [String] = [], loaders: [String] = [], default defaultValue: String? = nil,
        since: String? = nil, needs: [Need] = [], inside: String? = nil, managers: [String] = [],
        withoutEffect: Bool = false, _ summary: String
    ) {
        self.name = name
        self.type = type
        self.isRequired = required
        self.imageTypes = imageTypes
        self.effectiveTypes = effectiveTypes
        self.loaders = loaders
        self.defaultValue = defaultValue
        self.since = since
        self.needs = needs
        self.inside = inside
        self.managers = managers
        self.isWithoutEffect = withoutEffect
        self.summary = summary
    }
}

/// A child element and how often it may be written.
public struct ChildSchema: Sendable, Hashable {
    public enum Cardinality: Sendable, Hashable { case one, optional, some, many }

    public var name: String
    public var cardinality: Cardinality

    static func one(_ name: String) -> ChildSchema { ChildSchema(name: name, cardinality: .one) }
    static func optional(_ name: String) -> ChildSchema { ChildSchema(name: name, cardinality: .optional) }
    /// At least one.
    static func some(_ name: String) -> ChildSchema { ChildSchema(name: name, cardinality: .some) }
    static func many(_ name: String) -> ChildSchema { ChildSchema(name: name, cardinality: .many) }

    var isRequired: Bool { cardinality == .one || cardinality == .some }
    var isSingle: Bool { cardinality == .one || cardinality == .optional }
}
