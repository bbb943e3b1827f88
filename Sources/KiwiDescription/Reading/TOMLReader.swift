import KiwiDiagnostics

/// Reads TOML 1.0 with positions.
struct TOMLReader {
    var cursor: XMLCursor
    var root = Node()
    let limits: ReadingLimits

    /// A table, array or value under construction.
    final class Node {
        enum Content {
            case undecided
            case value(Located<String>)
            /// `isClosed`: written inline, nothing may be added.
            case table(isClosed: Bool)
            /// `isStatic`: written as `[...]`, no `[[...]]` may be added.
            case list([Node], isStatic: Bool)
        }

        var content = Content.undecided
        var keys: [Located<String>] = []
        var entries: [String: Node] = [:]
        var position: Position?
        var isDefined = false
    }

    static func read(_ bytes: [UInt8], file: String, limits: ReadingLimits = ReadingLimits()) -> MarkupResult
    {
        var reader = TOMLReader(cursor: XMLCursor(bytes, file: file), limits: limits)
        do throws(Diagnostic) {
            try reader.read()
            return MarkupResult(value: reader.value(of: reader.root))
        } catch {
            return MarkupResult(diagnostics: [error])
        }
    }

    private init(cursor: XMLCursor, limits: ReadingLimits) {
        self.cursor = cursor
        self.limits = limits
        root.content = .table(isClosed: false)
    }

    private func value(of node: Node) -> MarkupValue {
        let start = node.position ?? Position(file: cursor.file, line: 1, column: 1)
        switch node.content {
        case .undecided: return .null(start)
        case .value(let text): return .scalar(text)
        case .list(let nodes, _): return .list(nodes.map(value), start)
        case .table:
            return .table(
                node.keys.compactMap { key in
                    node.entries[key.value].map { MarkupValue.Entry(key: key, value: value(of: $0)) }
                }, start)
        }
    }

    func failure(_ message: String, at position: Position? = nil, remedy: String? = nil) -> Diagnostic {
        Diagnostic("markup-syntax", at: position ?? cursor.position, message, remedy: remedy)
    }

    // MARK: - Lines

    private mutating func read() throws(Diagnostic) {
        var table = root
        while true {
            skipEmptyLines()
            guard let byte = cursor.byte else { return }
            if byte == UInt8(ascii: "[") {
                table = try readHeader()
            } else {
                try readPair(into: table)
            }
            skipBlanks()
            skipComment()
            guard cursor.isAtEnd || cursor.byte == 10 || cursor.starts(with: "\r\n") else {
                throw failure("unexpected text at the end of the line")
            }
        }
    }

    mutating func skipBlanks() {
        while let byte = cursor.byte, byte == 32 || byte == 9 { cursor.advance() }
    }

    mutating func skipComment() {
        guard cursor.byte == UInt8(ascii: "#") else { return }
        while let byte = cursor.byte, byte != 10 { cursor.advance() }
    }

    mutating func skipEmptyLines() {
        while let byte = cursor.byte {
            if isXMLSpace(byte) {
                cursor.advance()
            } else if byte == UInt8(ascii: "#") {
                skipComment()
            } else {
                return
            }
        }
    }

    /// `[a.b]` or `[[a.b]]`: gives the table that the next lines fill.
    private mutating func readHeader() throws(Diagnostic) -> Node {
        let isArray = cursor.starts(with: "[[")
        cursor.advance(isArray ? 2 : 1)
        let keys = try readKeys()
        guard cursor.starts(with: isArray ? "]]" : "]") else { throw failure("']' is missing") }
        cursor.advance(isArray ? 2 : 1)
        var node = root
        for key in keys.dropLast() { node = try child(of: node, key) }
        guard let last = keys.last else { throw failure("a table needs a name") }
        if isArray { return try appendTable(to: node, last) }
        let table = try child(of: node, last)
        if table.isDefined { throw failure("the table '\(last.value)' is written twice", at: last.position) }
        table.isDefined = true
        table.position = last.position
        return table
    }

    /// The table below a key, made where there is none; of an array the last one.
    private func child(of node: Node, _ key: Located<String>) throws(Diagnostic) -> Node {
        let next: Node
        if let known = node.entries[key.value] {
            next = known
        } else {
            next = Node()
            next.position = key.position
            next.content = .table(isClosed: false)
            node.keys.append(key)
            node.entries[key.value] = next
        }
        switch next.content {
        case .table(isClosed: false): return next
        case .list(let nodes, isStatic: false):
            if let last = nodes.last { return last }
        default: break
        }
        throw failure("'\(key.value)' is no table that can be extended", at: key.position)
    }

    private func appendTable(to node: Node, _ key: Located<String>) throws(Diagnostic) -> Node {
        let table = Node()
        table.content = .table(isClosed: false)
        table.position = key.position
        if let known = node.entries[key.value] {
            guard case .list(let nodes, isStatic: false) = known.content else {
                throw failure("'\(key.value)' is no array of tables", at: key.position)
            }
            known.content = .list(nodes + [table], isStatic: false)
        } else {
            let list = Node()
            list.position = key.position
            list.content = .list([table], isStatic: false)
            node.keys.append(key)
            node.entries[key.value] = list
        }
        return table
    }

    // MARK: - Keys

    mutating func readPair(into table: Node, depth: Int = 0) throws(Diagnostic) {
        let keys = try readKeys()
        guard cursor.byte == UInt8(ascii: "=") else { throw failure("'=' is missing") }
        cursor.advance()
        skipBlanks()
        var node = table
        for key in keys.dropLast() { node = try child(of: node, key) }
        guard let last = keys.last else { throw failure("a key is missing") }
        if node.entries[last.value] != nil {
            throw failure("the key '\(last.value)' is written twice", at: last.position)
        }
        node.keys.append(last)
        node.entries[last.value] = try readValue(depth: depth)
    }

    private mutating func readKeys() throws(Diagnostic) -> [Located<String>] {
        var keys: [Located<String>] = []
        while true {
            skipBlanks()
            keys.append(try readKey())
            skipBlanks()
            guard cursor.byte == UInt8(ascii: ".") else { return keys }
            cursor.advance()
            if keys.count > limits.depth { throw failure("the key is nested too deep") }
        }
    }

    private mutating func readKey() throws(Diagnostic) -> Located<String> {
        var position = cursor.position
        if cursor.byte == UInt8(ascii: "\"") || cursor.byte == UInt8(ascii: "'") {
            let text = try readString()
            position.length = text.unicodeScalars.count + 2
            return Located(text, at: position)
        }
        let start = cursor.index
        while let byte = cursor.byte, isBareKey(byte) { cursor.advance() }
        let text = cursor.text(from: start)
        position.length = text.count
        guard !text.isEmpty else { throw failure("a key is missing", remedy: "write KEY = \"VALUE\"") }
        return Located(text, at: position)
    }

    private func isBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
