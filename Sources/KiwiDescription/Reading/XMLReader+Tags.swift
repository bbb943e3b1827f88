import KiwiDiagnostics

extension XMLReader {
    mutating func readStartTag() {
        let start = cursor.position
        cursor.advance()
        guard let (name, position) = cursor.name() else {
            return report(
                "stray-markup", at: start, "'<' begins no tag here", remedy: "write '&lt;' for a literal '<'")
        }
        var element = Element(name, position: position, layout: Element.Layout())
        if open.count == 1 {
            if hasRoot {
                report(
                    "two-roots", at: position, "a second root element <\(name)>",
                    remedy: "put everything into one <image> element")
            }
            hasRoot = true
        }
        guard open.count <= limits.depth else {
            report("nesting-too-deep", at: position, "elements are nested more than \(limits.depth) deep")
            return giveUp()
        }
        let closed = readAttributes(of: &element)
        let isEmpty = element.layout?.isEmptyTag ?? false
        open.append(Open(element: element, prefixes: declaredPrefixes(element)))
        checkPrefixes(of: element)
        if !closed { return }
        if isEmpty { closeCurrent() }
    }

    /// Reads up to and with `>` or `/>`; false when the tag is not closed.
    private mutating func readAttributes(of element: inout Element) -> Bool {
        while true {
            let start = cursor.index
            let spaced = cursor.skipSpace()
            let space = cursor.text(from: start)
            guard let byte = cursor.byte else {
                report("unclosed-tag", at: element.position, "the file ends inside the tag <\(element.name)>")
                giveUp()
                return false
            }
            switch byte {
            case UInt8(ascii: ">"):
                element.layout?.beforeClose = space
                cursor.advance()
                return true
            case UInt8(ascii: "/") where cursor.byte(ahead: 1) == UInt8(ascii: ">"):
                element.layout?.beforeClose = space
                element.layout?.isEmptyTag = true
                cursor.advance(2)
                return true
            case UInt8(ascii: "<"):
                report(
                    "unclosed-tag", at: element.position, "the tag <\(element.name)> is not closed",
                    remedy: "add '>' at its end")
                return true
            default:
                readAttribute(of: &element, from: start, spaced: spaced)
                if gaveUp { return false }
            }
        }
    }

    private mutating func readAttribute(of element: inout Element, from start: Int, spaced: Bool) {
        guard let (name, position) = cursor.name() else {
            let text = cursor.scalar.map(String.init) ?? "?"
            report("bad-attribute", at: cursor.position, "unexpected '\(text)' in the tag <\(element.name)>")
            while let byte = cursor.byte, !isXMLSpace(byte), byte != UInt8(ascii: ">"),
                byte != UInt8(ascii: "<")
            {
                cursor.advance()
            }
            return
        }
        if !spaced { report("bad-attribute", at: position, "white space is missing before '\(name)'") }
        cursor.skipSpace()
        guard cursor.byte == UInt8(ascii: "=") else {
            return report(
                "bad-attribute", at: position, "attribute '\(name)' has no value",
                remedy: "write \(name)=\"...\"")
        }
        cursor.advance()
        cursor.skipSpace()
        guard let value = readValue(of: name, in: element) else { return }
        if let first = element.attribute(name) {
            report(
                "repeated-attribute", at: position,
                "attribute '\(name)' is written twice in <\(element.name)>",
                remedy: "keep one of them; the first is on line \(first.position?.line ?? 0)")
            return
        }
        guard element.attributes.count < limits.attributesPerElement else {
            report(
                "too-many-attributes", at: position,
                "<\(element.name)> has more than \(limits.attributesPerElement) attributes")
            return giveUp()
        }
        element.attributes.append(
            Attribute(
                name, value.text, position: position, valuePosition: value.position,
                source: cursor.text(from: start)))
    }

    private mutating func readValue(of name: String, in element: Element) -> (
        text: String, position: Position
    )? {
        guard let quote = cursor.byte, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let position = cursor.position
            let start = cursor.index
            while let byte = cursor.byte, !isXMLSpace(byte), byte != UInt8(ascii: ">"),
                byte != UInt8(ascii: "<")
            {
                if byte == UInt8(ascii: "/"), cursor.byte(ahead: 1) == UInt8(ascii: ">") { break }
                cursor.advance()
            }
            let text = cursor.text(from: start)
            report(
                "unquoted-value", at: position, "the value of '\(name)' is not in quotes",
                remedy: "write \(name)=\"\(text)\"",
                fix: text.isEmpty || text.contains("\"")
                    ? nil : Fix(at: position, replace: text, with: "\"\(text)\""))
            return (text, position)
        }
        cursor.advance()
        var position = cursor.position
        var text = ReferencedText()
        while let byte = cursor.byte, byte != quote {
            if byte == UInt8(ascii: "<") {
                report(
                    "markup-in-value", at: cursor.position,
                    "'<' in the value of '\(name)': is its closing quote missing?",
                    remedy: "close the quote, or write '&lt;'")
                break
            } else if byte == UInt8(ascii: "&") {
                readReference(into: &text, inAttribute: true)
            } else {
                readCharacter(into: &text, inAttribute: true)
            }
            if gaveUp { return nil }
        }
        position.length = max(1, text.scalars)
        if cursor.byte == quote {
            cursor.advance()
        } else if cursor.isAtEnd {
            report("unclosed-tag", at: position, "the file ends inside the value of '\(name)'")
            giveUp()
            return nil
        }
        return (text.value, position)
    }

    mutating func readEndTag() {
        var place = cursor.position
        cursor.advance(2)
        guard let (name, position) = cursor.name() else {
            report("stray-markup", at: place, "'</' is followed by no name")
            _ = cursor.skip(past: ">")
            return
        }
        place = position
        let start = cursor.index
        cursor.skipSpace()
        let space = cursor.text(from: start)
        if cursor.byte == UInt8(ascii: ">") {
            cursor.advance()
        } else {
            report(
                "unclosed-tag", at: place, "the tag </\(name)> is not closed", remedy: "add '>' at its end")
        }
        close(name, at: place, space: space)
    }

    private mutating func close(_ name: String, at position: Position, space: String) {
        if current.name == name, open.count > 1 {
            current.layout?.beforeEndClose = space
            return closeCurrent()
        }
        if open.dropFirst().contains(where: { $0.element.name == name }) {
            while current.name != name {
                report(
                    "unclosed-element", at: current.position,
                    "<\(current.name)> is not closed before </\(name)> on line \(position.line)",
                    remedy: "add </\(current.name)>")
                closeCurrent()
            }
            closeCurrent()
        } else if open.count > 1, nearestName(to: name, among: [current.name]) != nil {
            report(
                "mismatched-tag", at: position, "</\(name)> does not match <\(current.name)>",
                remedy: "write </\(current.name)>")
            closeCurrent()
        } else {
            report("stray-end-tag", at: position, "</\(name)> closes nothing", remedy: "remove it")
        }
    }

    mutating func closeCurrent() {
        let element = open.removeLast().element
        append(.element(element))
    }

    /// At the end of the file.
    mutating func closeAll() {
        if open.count > 1 {
            let missing = open.dropFirst().reversed().map { "</\($0.element.name)>" }.joined(separator: " ")
            report(
                "unclosed-element", at: current.position, "the file ends before <\(current.name)> is closed",
                remedy: "add \(missing)")
            while open.count > 1 { closeCurrent() }
        } else if !hasRoot && diagnostics.isEmpty {
            report(
                "no-root-element", at: Position(file: cursor.file, line: 1, column: 1),
                "the file has no element",
                remedy: "write a description: <image schemaversion=\"8.5\" name=\"...\">")
        }
    }

    // MARK: - Name spaces

    private func declaredPrefixes(_ element: Element) -> [String] {
        element.attributes.compactMap {
            $0.name.hasPrefix("xmlns:") ? String($0.name.dropFirst(6)) : nil
        }
    }

    private mutating func checkPrefixes(of element: Element) {
        let names = [(element.name, element.position)] + element.attributes.map { ($0.name, $0.position) }
        for (name, position) in names {
            guard let colon = name.firstIndex(of: ":") else { continue }
            let prefix = String(name[..<colon])
            if prefix == "xml" || prefix == "xmlns" { continue }
            if open.contains(where: { $0.prefixes.contains(prefix) }) { continue }
            report(
                "undeclared-prefix", at: position,
                "the name space prefix '\(prefix)' of '\(name)' is not declared",
                remedy: "add xmlns:\(prefix)=\"...\" to <image>, or remove the prefix")
        }
    }
}
