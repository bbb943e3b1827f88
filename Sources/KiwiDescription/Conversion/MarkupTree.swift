import KiwiDiagnostics

/// A description as the tables of YAML, TOML and JSON: `@name` is an attribute, a list a repeated
/// element, `#text` the text beside attributes. Comments stand before what they are about.
indirect enum MarkupTree {
    case scalar(String)
    case table(Table)
    /// At least two values.
    case list([Item])

    struct Table {
        var entries: [Entry] = []
        /// Comments behind the last entry.
        var trailing: [String] = []
    }

    struct Entry {
        var key: String
        var comments: [String] = []
        var value: MarkupTree
    }

    struct Item {
        var comments: [String] = []
        var value: MarkupTree
    }

    /// The whole file: one key, `image`.
    init(_ document: Document) {
        var entry = Entry(key: document.root.name, value: MarkupTree(document.root))
        for case .markup(let source) in document.prolog { entry.comments += commentLines(source) }
        var table = Table(entries: [entry])
        for case .markup(let source) in document.epilog { table.trailing += commentLines(source) }
        self = .table(table)
    }

    init(_ element: Element) {
        var table = Table()
        var groups: [(name: String, items: [Item])] = []
        var comments: [String] = []
        for node in element.nodes {
            switch node {
            case .text: break
            case .markup(let source): comments += commentLines(source)
            case .element(let child):
                let item = Item(comments: comments, value: MarkupTree(child))
                comments = []
                if let index = groups.firstIndex(where: { $0.name == child.name }) {
                    groups[index].items.append(item)
                } else {
                    groups.append((child.name, [item]))
                }
            }
        }
        let text = element.meaningfulText
        if element.attributes.isEmpty, groups.isEmpty, comments.isEmpty {
            self = .scalar(text)
            return
        }
        table.entries = element.attributes.map { Entry(key: "@" + $0.name, value: .scalar($0.value)) }
        if !text.isEmpty { table.entries.append(Entry(key: "#text", value: .scalar(text))) }
        for (name, items) in groups {
            if items.count == 1 {
                table.entries.append(Entry(key: name, comments: items[0].comments, value: items[0].value))
            } else {
                table.entries.append(Entry(key: name, value: .list(items)))
            }
        }
        table.trailing = comments
        self = .table(table)
    }

    /// The same with the keys of all tables in the order of their bytes.
    var sorted: MarkupTree {
        switch self {
        case .scalar: return self
        case .list(let items): return .list(items.map { Item(comments: $0.comments, value: $0.value.sorted) })
        case .table(var table):
            table.entries = table.entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { Entry(key: $0.key, comments: $0.comments, value: $0.value.sorted) }
            return .table(table)
        }
    }

    var asTable: Table? { if case .table(let table) = self { table } else { nil } }
    var asScalar: String? { if case .scalar(let text) = self { text } else { nil } }
}

extension Element {
    /// The text, without the white space that only lays a file out.
    fileprivate var meaningfulText: String {
        let text = text
        let isLayout = Schema.elements[name]?.content == nil && text.utf8.allSatisfy(isXMLSpace)
        return isLayout ? "" : text
    }
}

/// The lines of an XML comment; none for other markup.
private func commentLines(_ source: String) -> [String] {
    guard source.hasPrefix("<!--"), source.hasSuffix("-->"), source.utf8.count >= 7 else { return [] }
    let lines = source.dropFirst(4).dropLast(3).split(separator: "\n", omittingEmptySubsequences: false)
        .map { trimmed(String($0)) }
    return Array(lines.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed())
}
