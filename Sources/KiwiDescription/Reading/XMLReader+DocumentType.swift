import KiwiDiagnostics

extension XMLReader {
    /// `<!DOCTYPE image [ ... ]>`: internal entities are taken, all else is kept and ignored.
    mutating func readDocumentType() {
        let start = cursor.index
        let position = cursor.position
        if open.count > 1 || hasRoot || hasDocumentType {
            report(
                "stray-markup", at: position, "a document type may only stand once, before <image>",
                remedy: "remove it")
        }
        hasDocumentType = true
        cursor.advance(9)
        cursor.skipSpace()
        guard cursor.name() != nil else { return refuseDeclaration(at: position) }
        let spaced = cursor.skipSpace()
        if cursor.starts(with: "SYSTEM") || cursor.starts(with: "PUBLIC") {
            guard spaced, readExternalIdentifier() else { return refuseDeclaration(at: position) }
            cursor.skipSpace()
        }
        if cursor.byte == UInt8(ascii: "[") {
            cursor.advance()
            readInternalSubset()
            cursor.skipSpace()
        }
        if gaveUp { return }
        guard cursor.byte == UInt8(ascii: ">") else {
            if !cursor.isAtEnd { return refuseDeclaration(at: position) }
            report("unclosed-section", at: position, "the document type is not closed", remedy: "add '>'")
            return giveUp()
        }
        cursor.advance()
        append(.markup(cursor.text(from: start)))
    }

    private mutating func refuseDeclaration(at position: Position) {
        report(
            "bad-declaration", at: position, "the document type is not well-formed",
            remedy: "remove it: a description needs none")
        giveUp()
    }

    /// `SYSTEM "..."` or `PUBLIC "..." "..."`; what it names is never read.
    private mutating func readExternalIdentifier() -> Bool {
        let isPublic = cursor.starts(with: "PUBLIC")
        cursor.advance(6)
        for _ in 0..<(isPublic ? 2 : 1) {
            guard cursor.skipSpace(), let byte = cursor.byte,
                byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
            else { return false }
            _ = readLiteral()
        }
        return true
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
            } else if cursor.starts(with: "<!ELEMENT") || cursor.starts(with: "<!ATTLIST")
                || cursor.starts(with: "<!NOTATION")
            {
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
        let spaced = cursor.skipSpace()
        if cursor.byte == UInt8(ascii: "%") {
            report(
                "bad-declaration", at: position, "parameter entities are not supported", remedy: "remove them"
            )
            return giveUp()
        }
        guard spaced, let name = cursor.name()?.text, cursor.skipSpace() else {
            return refuseDeclaration(at: position)
        }
        if let byte = cursor.byte, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            let literal = readLiteral()
            checkReferences(in: literal, at: position)
            if entities[name] == nil { entities[name] = .text(resolvingCharacters(literal)) }
        } else if cursor.starts(with: "SYSTEM") || cursor.starts(with: "PUBLIC"), readExternalIdentifier() {
            if entities[name] == nil { entities[name] = .external(position: position) }
            cursor.skipSpace()
            if cursor.starts(with: "NDATA") { return skipDeclaration() }
        } else {
            return refuseDeclaration(at: position)
        }
        if gaveUp { return }
        cursor.skipSpace()
        guard cursor.byte == UInt8(ascii: ">") else { return refuseDeclaration(at: position) }
        cursor.advance()
    }

    /// Whether each `&` begins a reference; parameter references may not stand here at all.
    private mutating func checkReferences(in literal: [UInt8], at position: Position) {
        var inner = XMLCursor(literal, file: cursor.file)
        while let byte = inner.byte {
            inner.advance()
            if byte == UInt8(ascii: "&") {
                if inner.byte == UInt8(ascii: "#") { continue }
                if inner.name() != nil, inner.byte == UInt8(ascii: ";") { continue }
            } else if byte != UInt8(ascii: "%") {
                continue
            }
            return report(
                "bad-declaration", at: position,
                "a '\(Character(Unicode.Scalar(byte)))' in the entity begins no reference",
                remedy: byte == UInt8(ascii: "&") ? "write '&amp;'" : "write '&#37;'")
        }
    }

    /// The text between the quotes here.
    private mutating func readLiteral() -> [UInt8] {
        guard let quote = cursor.byte else { return [] }
        let position = cursor.position
        cursor.advance()
        let start = cursor.index
        while let byte = cursor.byte, byte != quote {
            checkCharacter()
            cursor.advance()
        }
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
