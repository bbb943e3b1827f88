/// Writes a ``MarkupTree`` as TOML: plain values of a table first, its tables behind them.
struct TOMLWriter {
    private(set) var text = ""

    static func text(of tree: MarkupTree) -> String {
        var writer = TOMLWriter()
        if case .table(let table) = tree { writer.write(table, path: "") }
        return writer.text
    }

    private mutating func write(_ table: MarkupTree.Table, path: String) {
        var tables: [MarkupTree.Entry] = []
        for entry in table.entries {
            switch entry.value {
            case .scalar(let value):
                write(entry.comments)
                text += "\(Self.key(entry.key)) = \(Self.string(value))\n"
            case .list(let items) where items.allSatisfy({ $0.value.asScalar != nil }):
                write(entry.comments)
                text += "\(Self.key(entry.key)) = [\n"
                for item in items {
                    write(item.comments, indent: "    ")
                    text += "    \(Self.string(item.value.asScalar ?? "")),\n"
                }
                text += "]\n"
            default: tables.append(entry)
            }
        }
        for entry in tables {
            let name = path.isEmpty ? Self.key(entry.key) : path + "." + Self.key(entry.key)
            switch entry.value {
            case .table(let inner):
                header("[\(name)]", entry.comments)
                write(inner, path: name)
            case .list(let items):
                for item in items {
                    header("[[\(name)]]", item.comments)
                    write(Self.table(item.value), path: name)
                }
            case .scalar: break
            }
        }
        write(table.trailing)
    }

    private mutating func header(_ line: String, _ comments: [String]) {
        if !text.isEmpty { text += "\n" }
        write(comments)
        text += line + "\n"
    }

    private mutating func write(_ comments: [String], indent: String = "") {
        for comment in comments { text += indent + (comment.isEmpty ? "#\n" : "# \(comment)\n") }
    }

    /// A plain value in a list beside tables becomes a table with the same meaning.
    private static func table(_ value: MarkupTree) -> MarkupTree.Table {
        if case .table(let table) = value { return table }
        let text = value.asScalar ?? ""
        return MarkupTree.Table(
            entries: text.isEmpty ? [] : [MarkupTree.Entry(key: "#text", value: .scalar(text))])
    }

    private static func key(_ name: String) -> String {
        let isBare = name.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
        return isBare && !name.isEmpty ? name : "\"\(name)\""
    }

    private static func string(_ value: String) -> String {
        let quotes = value.contains("\n") ? "\"\"\"" : "\""
        var result = quotes + (value.contains("\n") ? "\n" : "")
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\0"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + quotes
    }
}
