import KiwiDiagnostics

extension XMLReader {
    /// Reads `&name;`, `&#N;` or `&#xN;`.
    mutating func readReference(into text: inout ReferencedText, inAttribute: Bool) {
        var position = cursor.position
        let start = cursor.index
        cursor.advance()
        let body = readReferenceBody()
        position.length = cursor.index - start
        text.scalars += position.length
        switch body {
        case nil:
            report(
                "bare-ampersand", at: position, "'&' begins no reference here",
                remedy: "write '&amp;' for a literal '&'", fix: Fix(at: position, replace: "&", with: "&amp;")
            )
            text.utf8 += cursor.bytes[start..<cursor.index]
        case .character(let scalar)?:
            text.utf8 += Array(String(scalar).utf8)
        case .badCharacter(let number)?:
            report(
                "bad-character", at: position, "&#\(number); is not a character of XML", remedy: "remove it")
        case .entity(let name)?:
            expand(name, at: position, into: &text, inAttribute: inAttribute, within: [])
        }
    }

    private enum Reference {
        case character(Unicode.Scalar)
        case badCharacter(String)
        case entity(String)
    }

    /// What follows `&`, up to and with `;`.
    private mutating func readReferenceBody() -> Reference? {
        if cursor.byte == UInt8(ascii: "#") {
            let ahead = 2
            let isHex = cursor.byte(ahead: 1) == UInt8(ascii: "x")
            var digits: [UInt8] = []
            var offset = isHex ? ahead : 1
            while let byte = cursor.byte(ahead: offset), isDigit(byte, hex: isHex), offset < 20 {
                digits.append(byte)
                offset += 1
            }
            guard !digits.isEmpty, cursor.byte(ahead: offset) == UInt8(ascii: ";") else { return nil }
            cursor.advance(offset + 1)
            let text = String(decoding: digits, as: UTF8.self)
            guard let number = UInt32(text, radix: isHex ? 16 : 10), isXMLCharacter(number),
                let scalar = Unicode.Scalar(number)
            else { return .badCharacter((isHex ? "x" : "") + text) }
            return .character(scalar)
        }
        let copy = cursor
        guard let name = cursor.name()?.text, cursor.byte == UInt8(ascii: ";") else {
            cursor = copy
            return nil
        }
        cursor.advance()
        return .entity(name)
    }

    /// Adds the replacement text of an entity.
    private mutating func expand(
        _ name: String, at position: Position, into text: inout ReferencedText, inAttribute: Bool,
        within names: [String]
    ) {
        if let byte = predefined[name] { return text.utf8.append(byte) }
        guard let entity = entities[name] else {
            let known = nearestName(to: name, among: Array(entities.keys) + predefined.keys)
            return report(
                "unknown-entity", at: position, "the entity '\(name)' is not declared",
                remedy: known.map { "write '&\($0);'" } ?? "write '&amp;\(name);' for the literal text")
        }
        guard case .text(let bytes) = entity else {
            return report(
                "external-entity", at: position,
                "the entity '\(name)' stands in another file, which is never read",
                remedy: "write its content here, or use <include from=\"this://...\"/>")
        }
        guard !names.contains(name), names.count < limits.entityDepth else {
            report(
                "entity-expansion", at: position,
                "the entity '\(name)' refers to itself or is nested too deep",
                remedy: "write its content out")
            return giveUp()
        }
        if bytes.contains(UInt8(ascii: "<")) {
            return report(
                "markup-in-entity", at: position, "the entity '\(name)' contains markup",
                remedy: "write its content here, or use <include from=\"this://...\"/>")
        }
        expand(bytes, at: position, into: &text, inAttribute: inAttribute, within: names + [name])
    }

    private mutating func expand(
        _ bytes: [UInt8], at position: Position, into text: inout ReferencedText, inAttribute: Bool,
        within names: [String]
    ) {
        var inner = XMLCursor(bytes, file: cursor.file)
        while let byte = inner.byte, !gaveUp {
            if !inAttribute, inner.starts(with: "]]>") {
                report(
                    "stray-markup", at: position,
                    "']]>' in the entity '\(names.last ?? "")' ends no CDATA section")
            }
            if byte == UInt8(ascii: "&") {
                let outer = cursor
                cursor = inner
                cursor.advance()
                let body = readReferenceBody()
                inner = cursor
                cursor = outer
                switch body {
                case .character(let scalar)?: add(Array(String(scalar).utf8), at: position, to: &text)
                case .entity(let name)?:
                    expand(name, at: position, into: &text, inAttribute: inAttribute, within: names)
                default:
                    report(
                        "bare-ampersand", at: position,
                        "a '&' in the entity '\(names.last ?? "")' begins no reference")
                }
            } else {
                add([inAttribute && isXMLSpace(byte) ? 32 : byte], at: position, to: &text)
                inner.advance()
            }
        }
    }

    private mutating func add(_ bytes: [UInt8], at position: Position, to text: inout ReferencedText) {
        expanded += bytes.count
        if expanded > limits.expansion {
            report(
                "entity-expansion", at: position,
                "entities expand to more than \(limits.expansion) characters",
                remedy: "write their content out")
            return giveUp()
        }
        text.utf8 += bytes
    }
}

private let predefined: [String: UInt8] = [
    "amp": UInt8(ascii: "&"), "lt": UInt8(ascii: "<"), "gt": UInt8(ascii: ">"),
    "quot": UInt8(ascii: "\""), "apos": UInt8(ascii: "'"),
]

private func isDigit(_ byte: UInt8, hex: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): hex
    default: false
    }
}
