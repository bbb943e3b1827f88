import KiwiDiagnostics

/// Text with its references resolved.
struct ReferencedText {
    var utf8: [UInt8] = []
    /// Characters it takes in the file.
    var scalars = 0

    var value: String { String(decoding: utf8, as: UTF8.self) }
}

extension XMLReader {
    mutating func readText() {
        let start = cursor.index
        var position: Position?
        var text = ReferencedText()
        let before = cursor.position
        while let byte = cursor.byte, byte != UInt8(ascii: "<"), !gaveUp {
            if position == nil, !isXMLSpace(byte) { position = cursor.position }
            if byte == UInt8(ascii: "&") {
                readReference(into: &text, inAttribute: false)
            } else {
                if byte == UInt8(ascii: "]"), cursor.starts(with: "]]>") {
                    report(
                        "stray-markup", at: cursor.position, "']]>' ends no CDATA section",
                        remedy: "write ']]&gt;'")
                }
                readCharacter(into: &text, inAttribute: false)
            }
        }
        let value = text.value
        if var place = position {
            place.length = max(1, trimmed(value).unicodeScalars.prefix { $0 != "\n" }.count)
            position = place
        }
        if open.count == 1, let position {
            let message =
                hasRoot
                ? "text behind the end of the description" : "text before the description: this is not XML"
            report("text-outside-root", at: position, message, remedy: "remove it")
        }
        append(.text(Text(value, source: cursor.text(from: start), position: position ?? before)))
    }

    /// Copies one character, line ends as `\n`, and refuses what no XML file may hold.
    mutating func readCharacter(into text: inout ReferencedText, inAttribute: Bool) {
        guard let scalar = cursor.scalar else { return cursor.advance() }
        if !isXMLCharacter(scalar.value) {
            report(
                "bad-character", at: cursor.position,
                "the character U+\(String(scalar.value, radix: 16, uppercase: true)) may not stand in XML",
                remedy: "remove it")
        }
        text.scalars += 1
        let width = UTF8.width(scalar)
        if scalar == "\r" {
            text.utf8.append(inAttribute ? 32 : 10)
            cursor.advance()
            if cursor.byte == 10 { cursor.advance() }
            return
        }
        if inAttribute, scalar == "\n" || scalar == "\t" {
            text.utf8.append(32)
        } else {
            text.utf8 += cursor.bytes[cursor.index..<cursor.index + width]
        }
        cursor.advance(width)
    }

    mutating func readCDATA() {
        let start = cursor.index
        var position = cursor.position
        cursor.advance(9)
        var text = ReferencedText()
        while !cursor.isAtEnd, !cursor.starts(with: "]]>") { readCharacter(into: &text, inAttribute: false) }
        position.length = 9
        if cursor.isAtEnd {
            report("unclosed-section", at: position, "the CDATA section is not closed", remedy: "add ']]>'")
            return giveUp()
        }
        cursor.advance(3)
        if open.count == 1 {
            report("text-outside-root", at: position, "text outside of the description", remedy: "remove it")
        }
        append(.text(Text(text.value, source: cursor.text(from: start), position: position)))
    }

    mutating func readComment() {
        let start = cursor.index
        let position = cursor.position
        cursor.advance(4)
        while !cursor.isAtEnd {
            if cursor.starts(with: "-->") {
                cursor.advance(3)
                return append(.markup(cursor.text(from: start)))
            }
            if cursor.starts(with: "--") {
                report(
                    "bad-comment", at: cursor.position, "'--' may not stand in a comment",
                    remedy: "write '- -'")
                while cursor.byte == UInt8(ascii: "-"), cursor.byte(ahead: 1) == UInt8(ascii: "-"),
                    !cursor.starts(with: "-->")
                { cursor.advance() }
                continue
            }
            checkCharacter()
            cursor.advance()
        }
        report("unclosed-section", at: position, "the comment is not closed", remedy: "add '-->'")
        giveUp()
    }

    mutating func readInstruction() {
        let start = cursor.index
        let position = cursor.position
        cursor.advance(2)
        let name = cursor.name()?.text
        if name == nil {
            report("stray-markup", at: position, "'<?' is followed by no name")
        } else if name?.lowercased() == "xml" {
            report(
                "misplaced-declaration", at: position, "the XML declaration is not at the start of the file",
                remedy: "remove everything before '<?xml', also blanks and empty lines")
        }
        if let byte = cursor.byte, !isXMLSpace(byte), !cursor.starts(with: "?>"), name != nil {
            report("stray-markup", at: cursor.position, "white space is missing behind '<?\(name ?? "")'")
        }
        while !cursor.isAtEnd, !cursor.starts(with: "?>") {
            checkCharacter()
            cursor.advance()
        }
        if cursor.isAtEnd {
            report(
                "unclosed-section", at: position, "the processing instruction is not closed",
                remedy: "add '?>'")
            return giveUp()
        }
        cursor.advance(2)
        append(.markup(cursor.text(from: start)))
    }

    mutating func checkCharacter() {
        guard let byte = cursor.byte, byte < 32, !isXMLSpace(byte) else { return }
        report(
            "bad-character", at: cursor.position,
            "the character U+\(String(byte, radix: 16, uppercase: true)) may not stand in XML",
            remedy: "remove it")
    }
}
