/// Writes a ``MarkupTree`` as YAML that means the same texts in every reader.
struct YAMLWriter {
    private(set) var text = ""

    static func text(of tree: MarkupTree) -> String {
        var writer = YAMLWriter()
        if case .table(let table) = tree { writer.write(table, indent: 0) }
        return writer.text
    }

    private mutating func write(_ table: MarkupTree.Table, indent: Int) {
        for entry in table.entries {
            write(entry.comments, indent: indent)
            line(indent, Self.key(entry.key) + ":")
            write(entry.value, indent: indent)
        }
        write(table.trailing, indent: indent)
    }

    /// The value behind a key or a dash of this indentation; the line is open.
    private mutating func write(_ value: MarkupTree, indent: Int) {
        switch value {
        case .scalar(let scalar): text += " " + Self.scalar(scalar, indent: indent + 2) + "\n"
        case .table(let table) where table.entries.isEmpty:
            text += " {}\n"
            write(table.trailing, indent: indent)
        case .table(let table):
            text += "\n"
            write(table, indent: indent + 2)
        case .list(let items):
            text += "\n"
            for item in items { write(item, indent: indent) }
        }
    }

    private mutating func write(_ item: MarkupTree.Item, indent: Int) {
        guard case .table(var table) = item.value, !table.entries.isEmpty else {
            write(item.comments, indent: indent)
            line(indent, "-")
            return write(item.value, indent: indent)
        }
        let first = table.entries.removeFirst()
        write(item.comments + first.comments, indent: indent)
        line(indent, "- " + Self.key(first.key) + ":")
        write(first.value, indent: indent + 2)
        write(table, indent: indent + 2)
    }

    private mutating func write(_ comments: [String], indent: Int) {
        for comment in comments { line(indent, comment.isEmpty ? "#\n" : "# \(comment)\n") }
    }

    private mutating func line(_ indent: Int, _ content: String) {
        text += String(repeating: " ", count: indent) + content
    }

    private static func key(_ name: String) -> String { isPlain(name) ? name : "'\(name)'" }

    private static func scalar(_ value: String, indent: Int) -> String {
        if isPlain(value) { return value }
        let isPrintable = value.unicodeScalars.allSatisfy { isPrintableInYAML($0) }
        guard isPrintable else { return doubleQuoted(value) }
        guard value.contains("\n") else { return "'" + value.replacing("'", with: "''") + "'" }
        let lines = value.split(separator: "\n", omittingEmptySubsequences: false)
        let isBlock = lines[0].first.map { $0 != " " && $0 != "\t" } ?? false
        guard isBlock else { return doubleQuoted(value) }
        let ends = value.reversed().prefix { $0 == "\n" }.count
        let chomping = ends == 0 ? "-" : ends == 1 ? "" : "+"
        let body = (ends == 0 ? lines[...] : lines.dropLast()).map {
            $0.isEmpty ? "" : String(repeating: " ", count: indent) + $0
        }
        return "|" + chomping + "\n" + body.joined(separator: "\n")
    }

    /// Whether a value may stand without quotes: no reader takes it for a number or a boolean.
    private static func isPlain(_ value: String) -> Bool {
        guard let first = value.utf8.first, isLetter(first) || first == UInt8(ascii: "/"),
            value.utf8.last != 32
        else { return false }
        let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "inf", "nan"]
        return !words.contains(value.lowercased())
            && value.utf8.allSatisfy { isLetter($0) || "0123456789_-./+ ".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func isPrintableInYAML(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 10, 32...126, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
        default: false
        }
    }

    private static func doubleQuoted(_ value: String) -> String {
        var result = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where isPrintableInYAML(scalar): result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
