/// The language as a RELAX NG schema in XML syntax, for editors and validators.
///
/// It says what single elements and attributes may be. What depends on several of them, such as
/// attributes that only some image types have, is said by `kiwi lint` alone.
public enum RelaxNGSchema {
    /// The whole schema file.
    public static var text: String {
        var grammar = Element(
            "grammar",
            attributes: [
                Attribute("xmlns", "http://relaxng.org/ns/structure/1.0"),
                Attribute("xmlns:a", "http://relaxng.org/ns/compatibility/annotations/1.0"),
                Attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
                Attribute("datatypeLibrary", "http://www.w3.org/2001/XMLSchema-datatypes"),
            ])
        grammar.add(node("start", [node("ref", name: "image")]))
        for element in Schema.chapters.flatMap(\.elements) { grammar.add(define(element)) }
        grammar.add(foreign)
        return XMLWriter.text(
            of: Document(
                file: "", prolog: [.markup("<?xml version=\"1.0\" encoding=\"utf-8\"?>"), .text(Text("\n"))],
                root: grammar.indented(), epilog: [.text(Text("\n"))]))
    }

    private static func define(_ schema: ElementSchema) -> Element {
        var element = node("element", name: schema.name)
        element.add(documentation(schema.summary))
        // In an interleave, libxml2 takes time linear in the attributes; in a row it tries all subsets.
        let attributes = schema.attributes.map(attribute)
        if attributes.count > 1 { element.add(node("interleave", attributes)) }
        if attributes.count == 1 { element.add(attributes[0]) }
        if schema.name == "extension" {
            element.add(node("oneOrMore", [node("ref", name: "foreign")]))
        } else if let content = schema.content {
            element.add(data(content))
        } else if schema.children.isEmpty {
            element.add(node("empty"))
        } else {
            element.add(node("interleave", schema.children.map(child)))
        }
        var define = node("define", name: schema.name)
        define.add(element)
        return define
    }

    private static func attribute(_ schema: AttributeSchema) -> Element {
        var attribute = node("attribute", name: schema.name)
        if let value = schema.defaultValue { attribute.attributes.append(Attribute("a:defaultValue", value)) }
        attribute.add(documentation(schema.summary))
        if schema.type != .text { attribute.add(data(schema.type)) }
        return schema.isRequired ? attribute : node("optional", [attribute])
    }

    private static func child(_ schema: ChildSchema) -> Element {
        let reference = node("ref", name: schema.name)
        return switch schema.cardinality {
        case .one: reference
        case .optional: node("optional", [reference])
        case .some: node("oneOrMore", [reference])
        case .many: node("zeroOrMore", [reference])
        }
    }

    private static func data(_ type: ValueType) -> Element {
        switch type {
        case .text: return node("text")
        case .choice(let names): return node("choice", names.map { value($0) })
        // Blanks around a boolean are not allowed, so its values are strings.
        case .boolean: return node("choice", ["true", "false", "1", "0"].map { value($0, type: "string") })
        case .integer(let minimum):
            var data = node("data")
            data.attributes = [Attribute("type", "integer")]
            if let minimum { data.add(parameter("minInclusive", String(minimum))) }
            return data
        default:
            var data = node("data")
            data.attributes = [Attribute("type", "token")]
            if let pattern = type.pattern { data.add(parameter("pattern", pattern)) }
            return data
        }
    }

    private static func value(_ text: String, type: String = "token") -> Element {
        Element("value", attributes: [Attribute("type", type)], nodes: [.text(Text(text))])
    }

    private static func parameter(_ name: String, _ text: String) -> Element {
        Element("param", attributes: [Attribute("name", name)], nodes: [.text(Text(text))])
    }

    private static func documentation(_ text: String) -> Element {
        Element("a:documentation", nodes: [.text(Text(text))])
    }

    /// Elements of other programs, in any name space.
    private static var foreign: Element {
        let anyName = node(
            "anyName", [node("except", [Element("nsName", attributes: [Attribute("ns", "")])])])
        let content = node(
            "zeroOrMore",
            [node("choice", [node("text"), node("attribute", [node("anyName")]), node("ref", name: "any")])])
        let any = node("define", name: "any", [node("element", [node("anyName"), content])])
        // Definitions that are used by this one alone stand beside it.
        return node("div", [node("define", name: "foreign", [node("element", [anyName, content])]), any])
    }

    private static func node(_ name: String, name value: String? = nil, _ children: [Element] = []) -> Element
    {
        var element = Element(name)
        if let value { element.attributes = [Attribute("name", value)] }
        for child in children { element.add(child) }
        return element
    }
}

extension Element {
    fileprivate mutating func add(_ child: Element) { nodes.append(.element(child)) }
}
