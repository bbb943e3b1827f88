/// The language as a JSON schema (draft 7), for descriptions in JSON, YAML and TOML.
///
/// As ``RelaxNGSchema`` it says what single elements and attributes may be.
public enum JSONSchema {
    /// The whole schema file.
    public static var text: String {
        var definitions: [String: JSONValue] = [:]
        for element in Schema.elements.values { definitions[element.name] = definition(of: element) }
        return JSONValue.object([
            "$schema": .string("http://json-schema.org/draft-07/schema#"),
            "title": .string("KIWI image description \(Schema.version)"),
            "type": .string("object"),
            "properties": .object(["image": reference("image")]),
            "required": .strings(["image"]),
            "additionalProperties": .bool(false),
            "definitions": .object(definitions),
        ]).text + "\n"
    }

    private static func definition(of element: ElementSchema) -> JSONValue {
        let summary = JSONValue.string(element.summary)
        if element.name == "extension" { return .object(["description": summary]) }
        var properties: [String: JSONValue] = [:]
        var required: [String] = []
        for attribute in element.attributes {
            properties["@" + attribute.name] = scalar(attribute)
            if attribute.isRequired { required.append("@" + attribute.name) }
        }
        for child in element.children {
            properties[child.name] =
                child.isSingle
                ? reference(child.name)
                : .object([
                    "anyOf": .array([
                        reference(child.name),
                        .object(["type": .string("array"), "items": reference(child.name)]),
                    ])
                ])
            if child.isRequired { required.append(child.name) }
        }
        if let content = element.content { properties["#text"] = .object(scalar(content)) }
        var table: [String: JSONValue] = [
            "type": .string("object"), "properties": .object(properties),
            "additionalProperties": .bool(false),
            "patternProperties": .object(["^@xmlns:": .object(["type": .string("string")])]),
        ]
        if !required.isEmpty { table["required"] = .strings(required) }
        var forms: [JSONValue] = [.object(table)]
        if required.isEmpty {
            if let content = element.content {
                forms.append(.object(scalar(content)))
            }
            // An element without attributes and content.
            if element.content?.accepts("") ?? true {
                forms.append(.object(["enum": .array([.null, .string("")])]))
            }
        }
        if forms.count == 1 {
            table["description"] = summary
            return .object(table)
        }
        return .object(["anyOf": .array(forms), "description": summary])
    }

    private static func scalar(_ attribute: AttributeSchema) -> JSONValue {
        var schema = scalar(attribute.type)
        schema["description"] = .string(attribute.summary)
        if let value = attribute.defaultValue { schema["default"] = .string(value) }
        return .object(schema)
    }

    /// A value may be written as text, or as the number or boolean it means.
    private static func scalar(_ type: ValueType) -> [String: JSONValue] {
        switch type {
        case .text: return ["type": .strings(["string", "number", "boolean", "null"])]
        case .boolean:
            let texts = ["true", "false", "1", "0"].map { JSONValue.string($0) }
            return ["enum": .array(texts + [.bool(true), .bool(false), .number(1), .number(0)])]
        case .integer(let minimum):
            // A number written as text has no minimum here, only a sign.
            let sign = minimum == nil ? "[+-]?" : "[+]?"
            var schema: [String: JSONValue] = [
                "type": .strings(["integer", "string"]), "pattern": .string("^\\s*\(sign)[0-9]+\\s*$"),
            ]
            if let minimum { schema["minimum"] = .number(minimum) }
            return schema
        // Editors offer the list; with blanks around it a word is the same word.
        case .choice(let names):
            return ["anyOf": .array([.object(["enum": .strings(names)]), .object(text(type))])]
        default: return text(type)
        }
    }

    private static func text(_ type: ValueType) -> [String: JSONValue] {
        [
            "type": .strings(["string", "number"]),
            "pattern": .string("^\\s*(\(type.pattern ?? ".*"))\\s*$"),
        ]
    }

    private static func reference(_ name: String) -> JSONValue {
        .object(["$ref": .string("#/definitions/" + name)])
    }
}
