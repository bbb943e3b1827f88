/// Shortest correct forms of elements and attributes, for remedies.
enum Example {
    static func element(_ name: String) -> String {
        guard let schema = Schema.elements[name] else { return "<\(name)>" }
        let attributes = schema.attributes.filter(\.isRequired).map { " " + attribute($0) }.joined()
        if schema.content != nil { return "<\(name)\(attributes)>...</\(name)>" }
        return schema.children.isEmpty ? "<\(name)\(attributes)/>" : "<\(name)\(attributes)>"
    }

    static func attribute(_ schema: AttributeSchema) -> String {
        if case .choice(let names) = schema.type, names.count <= 6 {
            return "\(schema.name)=\"\(names.joined(separator: "|"))\""
        }
        if schema.type == .schemaVersion { return "\(schema.name)=\"\(Schema.version)\"" }
        return "\(schema.name)=\"...\""
    }
}
