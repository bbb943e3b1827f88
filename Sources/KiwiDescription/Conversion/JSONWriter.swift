/// Writes a ``MarkupTree`` as JSON with the order of its tables; JSON has no comments.
enum JSONWriter {
    static func text(of tree: MarkupTree) -> String {
        var text = ""
        write(tree, indent: "", to: &text)
        return text + "\n"
    }

    private static func write(_ tree: MarkupTree, indent: String, to text: inout String) {
        switch tree {
        case .scalar(let value): JSONValue.write(value, to: &text, asciiOnly: false)
        case .list(let items):
            write(items, open: "[", close: "]", indent: indent, to: &text) { item, inner, text in
                write(item.value, indent: inner, to: &text)
            }
        case .table(let table):
            write(table.entries, open: "{", close: "}", indent: indent, to: &text) { entry, inner, text in
                JSONValue.write(entry.key, to: &text, asciiOnly: false)
                text += ": "
                write(entry.value, indent: inner, to: &text)
            }
        }
    }

    private static func write<Value>(
        _ values: [Value], open: String, close: String, indent: String, to text: inout String,
        _ body: (Value, String, inout String) -> Void
    ) {
        guard !values.isEmpty else {
            text += open + close
            return
        }
        let inner = indent + "  "
        text += open + "\n"
        for (index, value) in values.enumerated() {
            text += inner
            body(value, inner, &text)
            text += index < values.count - 1 ? ",\n" : "\n"
        }
        text += indent + close
    }
}
