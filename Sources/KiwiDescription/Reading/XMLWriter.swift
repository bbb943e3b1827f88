/// Writes a ``Document`` as XML: what was read comes out as it was written.
public enum XMLWriter {
    /// The whole file in its own encoding.
    public static func bytes(of document: Document) -> [UInt8] {
        let text = text(of: document)
        switch document.encoding {
        case .utf8(let mark): return (mark ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
        case .utf16(let bigEndian):
            let units = [0xFEFF] + Array(text.utf16)
            return units.flatMap { unit -> [UInt8] in
                let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
                return bigEndian ? [high, low] : [low, high]
            }
        }
    }

    /// The whole file as text.
    public static func text(of document: Document) -> String {
        var text = ""
        for node in document.prolog { write(node, to: &text) }
        write(document.root, to: &text)
        for node in document.epilog { write(node, to: &text) }
        return text
    }

    static func write(_ node: Node, to text: inout String) {
        switch node {
        case .element(let element): write(element, to: &text)
        case .text(let part): text += part.source ?? escaped(part.value, inAttribute: false)
        case .markup(let source): text += source
        }
    }

    static func write(_ element: Element, to text: inout String) {
        text += "<" + element.name
        for attribute in element.attributes {
            text +=
                attribute.source ?? " \(attribute.name)=\"\(escaped(attribute.value, inAttribute: true))\""
        }
        let layout = element.layout ?? Element.Layout(isEmptyTag: element.nodes.isEmpty)
        text += layout.beforeClose
        if layout.isEmptyTag && element.nodes.isEmpty {
            text += "/>"
        } else {
            text += ">"
            for node in element.nodes { write(node, to: &text) }
            text += "</" + element.name + layout.beforeEndClose + ">"
        }
    }

    static func escaped(_ value: String, inAttribute: Bool) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"" where inAttribute: result += "&quot;"
            case "\n" where inAttribute: result += "&#10;"
            case "\t" where inAttribute: result += "&#9;"
            case "\r": result += "&#13;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
