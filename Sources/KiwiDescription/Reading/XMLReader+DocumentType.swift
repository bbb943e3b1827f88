import KiwiDiagnostics

extension XMLReader {
    /// `<!DOCTYPE image [ ... ]>`: internal entities are taken, all else is kept and ignored.
    mutating func readDocumentType() {
        let start = cursor.index
        let position = cursor.position
        if open.count > 1 || hasRoot {
            report(
                "stray-markup", at: position, "a document type may only stand before <image>",
                remedy: "remove it")
        }
        cursor.advance(9)
        while let byte = cursor.byte, !gaveUp {
            if byte == UInt8(ascii: ">") {
                cursor.advance()
                return append(.markup(cursor.text(from: start)))
            } else if byte == UInt8(ascii: "[") {
                cursor.advance()
                readInternalSubset()
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                _ = readLiteral()
            } else if byte == UInt8(ascii: "<") {
                break
            } else {
                cursor.advance()
            }
        }
        if gaveUp { return }
        report("unclosed-section", at: position, "the document type is not closed", remedy: "add '>'")
        giveUp()
    }

    private mutating func readInternalSubset() {
        while let byte = cursor.byte, !gaveUp {
            if byte == UInt8(ascii: "]") { return cursor.advance() }
            if cursor.starts(with: "<!--") {
                readComment()
                dropLast()
            } else if cursor.starts(with: "<?") {
                readInstruction()
                dropLast()
            } else if cursor.starts(with: "<!ENTITY") {
                readEntity()
            } else if cursor.starts(with: "<!") {
                skipDeclaration()
            } else if isXMLSpace(byte) {
                cursor.advance()
            } else if byte == UInt8(ascii: "%") {
                report(
                    "bad-declaration", at: cursor.position, "parameter entities are not supported",
                    remedy: "remove them")
                return giveUp()
            } else {
                report("bad-declaration", at: cursor.position, "unexpected text in the document type")
                return giveUp()
            }
        }
    }

    /// The text of the whole document type is kept; its parts are not nodes of their own.
    private mutating func dropLast() {
        if !gaveUp { open[open.count - 1].element.nodes.removeLast() }
    }

    private mutating func skipDeclaration() {
        while let byte = cursor.byte {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                _ = readLiteral()
            } else {
                cursor.advance()
                if byte == UInt8(ascii: ">") { return }
            }
        }
    }

    /// `<!ENTITY name "text">` or `<!ENTITY name SYSTEM "file">`.
    private mutating func readEntity() {
        let position = cursor.position
        cursor.advance(8)
        cursor.skipSpace()
        if cursor.byte == UInt8(ascii: "%") {
            report(
                "bad-declaration", at: position, "parameter entities are not supported", remedy: "remove them"
            )
            return giveUp()
        }
        guard let name = cursor.name()?.text else {
            report("bad-declaration", at: position, "an entity without a name")
            return skipDeclaration()
        }
        cursor.skipSpace()
        if let byte = cursor.byte, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            let literal = readLiteral()
            if entities[name] == nil { entities[name] = .text(resolvingCharacters(literal)) }
        } else if entities[name] == nil {
            entities[name] = .external(position: position)
        }
        skipDeclaration()
    }

    /// The text between the quotes here.
    private mutating func readLiteral() -> [UInt8] {
        guard let quote = cursor.byte else { return [] }
        let position = cursor.position
        cursor.advance()
        let start = cursor.index
        while let byte = cursor.byte, byte != quote { cursor.advance() }
        let literal = Array(cursor.bytes[start..<cursor.index])
        if cursor.isAtEnd {
            report("unclosed-section", at: position, "the quote is not closed")
            giveUp()
        } else {
            cursor.advance()
        }
        return literal
    }

    /// Character references count when an entity is declared, all others when it is used.
    private func resolvingCharacters(_ literal: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < literal.count {
            if literal[index] == UInt8(ascii: "&"), index + 1 < literal.count,
                literal[index + 1] == UInt8(ascii: "#"),
                let end = literal[index...].firstIndex(of: UInt8(ascii: ";"))
            {
                let body = String(decoding: literal[(index + 2)..<end], as: UTF8.self)
                let number = body.hasPrefix("x") ? UInt32(body.dropFirst(), radix: 16) : UInt32(body)
                if let number, isXMLCharacter(number), let scalar = Unicode.Scalar(number) {
                    result += Array(String(scalar).utf8)
                    index = end + 1
                    continue
                }
            }
            result.append(literal[index])
            index += 1
        }
        return result
    }
}
