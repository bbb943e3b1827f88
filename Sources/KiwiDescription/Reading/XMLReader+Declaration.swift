import KiwiDiagnostics

extension XMLReader {
    /// `<?xml version="1.0" encoding="..." standalone="..."?>`
    mutating func readDeclaration() {
        let start = cursor.index
        let position = cursor.position
        cursor.advance(5)
        var values: [(name: String, value: String, position: Position)] = []
        var isWellFormed = true
        while !cursor.starts(with: "?>") {
            let spaced = cursor.skipSpace()
            if cursor.starts(with: "?>") { break }
            guard spaced, let entry = readPseudoAttribute() else {
                isWellFormed = false
                break
            }
            values.append(entry)
        }
        let names = values.map(\.name)
        let order = ["version", "encoding", "standalone"].filter(names.contains)
        if names != order || names.first != "version" { isWellFormed = false }
        for entry in values where !isAllowed(entry.name, entry.value) { isWellFormed = false }
        if !isWellFormed {
            report(
                "bad-declaration", at: position, "the XML declaration is not well-formed",
                remedy: "write <?xml version=\"1.0\" encoding=\"utf-8\"?>")
        }
        guard cursor.skip(past: "?>") else {
            report("unclosed-section", at: position, "the XML declaration is not closed", remedy: "add '?>'")
            return giveUp()
        }
        append(.markup(cursor.text(from: start)))
        guard isWellFormed, let encoding = values.first(where: { $0.name == "encoding" }) else { return }
        if !["utf-8", "utf8", "utf-16", "us-ascii", "ascii"].contains(encoding.value.lowercased()) {
            report(
                "bad-encoding", at: encoding.position,
                "files in the encoding '\(encoding.value)' cannot be read",
                remedy: "save the file as UTF-8 and write encoding=\"utf-8\"")
        }
    }

    private mutating func readPseudoAttribute() -> (name: String, value: String, position: Position)? {
        guard let (name, _) = cursor.name() else { return nil }
        cursor.skipSpace()
        guard cursor.byte == UInt8(ascii: "=") else { return nil }
        cursor.advance()
        cursor.skipSpace()
        guard let quote = cursor.byte, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            return nil
        }
        cursor.advance()
        var position = cursor.position
        let start = cursor.index
        while let byte = cursor.byte, byte != quote, byte != UInt8(ascii: "<") { cursor.advance() }
        guard cursor.byte == quote else { return nil }
        let value = cursor.text(from: start)
        position.length = value.unicodeScalars.count
        cursor.advance()
        return (name, value, position)
    }

    private func isAllowed(_ name: String, _ value: String) -> Bool {
        switch name {
        case "version":
            return value.hasPrefix("1.") && value.dropFirst(2).allSatisfy { $0.isASCII && $0.isNumber }
        case "encoding":
            return value.first.map { $0.isASCII && $0.isLetter } == true
                && value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        default: return value == "yes" || value == "no"
        }
    }
}
