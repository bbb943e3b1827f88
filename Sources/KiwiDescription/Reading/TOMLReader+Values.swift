import KiwiDiagnostics

extension TOMLReader {
    mutating func readValue(depth: Int) throws(Diagnostic) -> Node {
        guard depth < limits.depth else { throw failure("values are nested too deep") }
        let node = Node()
        var position = cursor.position
        node.position = position
        switch cursor.byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let text = try readString()
            position.column += 1
            position.length = max(1, text.unicodeScalars.prefix { $0 != "\n" }.count)
            node.content = .value(Located(text, at: position))
        case UInt8(ascii: "["): node.content = .list(try readArray(depth: depth), isStatic: true)
        case UInt8(ascii: "{"): try readInlineTable(into: node, depth: depth)
        default:
            let start = cursor.index
            while let byte = cursor.byte, !isXMLSpace(byte), !",]}#".utf8.contains(byte) { cursor.advance() }
            let written = cursor.text(from: start)
            position.length = written.unicodeScalars.count
            guard let text = Self.plain(written) else {
                throw failure(
                    "'\(excerpt(written))' is no value", at: position, remedy: "write text in quotes")
            }
            node.content = .value(Located(text, at: position))
        }
        return node
    }

    /// The text of a boolean, number or date; nil for anything else.
    static func plain(_ written: String) -> String? {
        if written == "true" || written == "false" { return written }
        let digits = written.replacing("_", with: "")
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            return Int(digits.dropFirst(2), radix: radix).map(String.init)
        }
        if let number = Int(digits) { return String(number) }
        let isNumber = digits.utf8.allSatisfy { "+-.eE0123456789".utf8.contains($0) }
        if isNumber, let number = Double(digits) { return String(number) }
        let isDate = written.utf8.allSatisfy { "0123456789-:.TZtz+".utf8.contains($0) }
        return isDate && written.utf8.count >= 8 ? written : nil
    }

    private mutating func readArray(depth: Int) throws(Diagnostic) -> [Node] {
        cursor.advance()
        var nodes: [Node] = []
        while true {
            skipEmptyLines()
            if cursor.byte == UInt8(ascii: "]") { break }
            nodes.append(try readValue(depth: depth + 1))
            skipEmptyLines()
            if cursor.byte == UInt8(ascii: ",") { cursor.advance() } else { break }
        }
        skipEmptyLines()
        guard cursor.byte == UInt8(ascii: "]") else { throw failure("']' is missing") }
        cursor.advance()
        return nodes
    }

    private mutating func readInlineTable(into node: Node, depth: Int) throws(Diagnostic) {
        cursor.advance()
        skipBlanks()
        node.content = .table(isClosed: false)
        while cursor.byte != UInt8(ascii: "}") {
            try readPair(into: node, depth: depth + 1)
            skipBlanks()
            guard cursor.byte == UInt8(ascii: ",") else { break }
            cursor.advance()
            skipBlanks()
        }
        guard cursor.byte == UInt8(ascii: "}") else { throw failure("'}' is missing") }
        cursor.advance()
        node.content = .table(isClosed: true)
    }

    /// A string in any of the four forms.
    mutating func readString() throws(Diagnostic) -> String {
        let start = cursor.position
        let isLiteral = cursor.byte == UInt8(ascii: "'")
        let isLong = cursor.starts(with: isLiteral ? "'''" : "\"\"\"")
        cursor.advance(isLong ? 3 : 1)
        if isLong, cursor.byte == 13 { cursor.advance() }
        if isLong, cursor.byte == 10 { cursor.advance() }
        var utf8: [UInt8] = []
        while let byte = cursor.byte {
            if byte == (isLiteral ? UInt8(ascii: "'") : UInt8(ascii: "\"")) {
                if !isLong {
                    cursor.advance()
                    return String(decoding: utf8, as: UTF8.self)
                }
                if cursor.starts(with: isLiteral ? "'''" : "\"\"\"") {
                    cursor.advance(3)
                    // Up to two quotes may stand before the closing three.
                    while cursor.byte == byte {
                        utf8.append(byte)
                        cursor.advance()
                    }
                    return String(decoding: utf8, as: UTF8.self)
                }
            }
            if byte == 10, !isLong { break }
            if byte == UInt8(ascii: "\\"), !isLiteral {
                try readEscape(into: &utf8)
            } else {
                if byte != 13 { utf8.append(byte) }
                cursor.advance()
            }
        }
        throw failure("the quote is not closed", at: start)
    }

    private mutating func readEscape(into utf8: inout [UInt8]) throws(Diagnostic) {
        let position = cursor.position
        cursor.advance()
        guard let byte = cursor.byte else { throw failure("the quote is not closed", at: position) }
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10, UInt8(ascii: "f"): 12,
            UInt8(ascii: "r"): 13, UInt8(ascii: "\""): 34, UInt8(ascii: "\\"): 92,
        ]
        if let value = simple[byte] {
            utf8.append(value)
            return cursor.advance()
        }
        if isXMLSpace(byte) {
            while let next = cursor.byte, isXMLSpace(next) { cursor.advance() }
            return
        }
        let count = byte == UInt8(ascii: "u") ? 4 : byte == UInt8(ascii: "U") ? 8 : 0
        cursor.advance()
        let start = cursor.index
        cursor.advance(count)
        guard count > 0, let number = UInt32(cursor.text(from: start), radix: 16),
            let scalar = Unicode.Scalar(number)
        else { throw failure("an unknown escape", at: position, remedy: "write '\\\\' for a backslash") }
        utf8 += Array(String(scalar).utf8)
    }
}
