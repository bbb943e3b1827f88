import KiwiDiagnostics

/// An element with its attributes and content.
public struct Element: Hashable, Sendable {
    public var name: String
    /// Where the name stands in the start tag; nil for elements from the command line.
    public var position: Position?
    public var attributes: [Attribute]
    public var nodes: [Node]
    /// How the tags are written; nil for elements made by a rewrite.
    public var layout: Layout?

    public init(
        _ name: String, position: Position? = nil, attributes: [Attribute] = [], nodes: [Node] = [],
        layout: Layout? = nil
    ) {
        self.name = name
        self.position = position
        self.attributes = attributes
        self.nodes = nodes
        self.layout = layout
    }

    /// White space inside the tags of an element.
    public struct Layout: Hashable, Sendable {
        /// Before `>` or `/>` of the start tag.
        public var beforeClose: String
        /// Written as `<name/>`.
        public var isEmptyTag: Bool
        /// Before `>` of the end tag.
        public var beforeEndClose: String

        public init(beforeClose: String = "", isEmptyTag: Bool = false, beforeEndClose: String = "") {
            self.beforeClose = beforeClose
            self.isEmptyTag = isEmptyTag
            self.beforeEndClose = beforeEndClose
        }
    }
}

/// One attribute of an element.
public struct Attribute: Hashable, Sendable {
    public var name: String
    /// The value, references resolved, tabs and line ends as blanks.
    public var value: String
    /// Where the name stands.
    public var position: Position?
    /// Where the value stands, behind its quote.
    public var valuePosition: Position?
    /// How it is written, from the white space before the name to the closing quote;
    /// nil for attributes made or changed by a rewrite.
    public var source: String?

    public init(
        _ name: String, _ value: String, position: Position? = nil, valuePosition: Position? = nil,
        source: String? = nil
    ) {
        self.name = name
        self.value = value
        self.position = position
        self.valuePosition = valuePosition ?? position
        self.source = source
    }
}

extension Attribute {
    /// Writes a changed name or value where the old one stood: the white space before it stays.
    mutating func respell() {
        guard let old = source else { return }
        let space = old.prefix { $0.isWhitespace }
        source = space + "\(name)=\"\(XMLWriter.escaped(value, inAttribute: true))\""
    }
}

// MARK: - Reading

extension Element {
    /// The child elements in order.
    public var children: [Element] {
        nodes.compactMap { if case .element(let child) = $0 { child } else { nil } }
    }

    public func children(_ name: String) -> [Element] { children.filter { $0.name == name } }

    public func first(_ name: String) -> Element? {
        for case .element(let child) in nodes where child.name == name { return child }
        return nil
    }

    public func attribute(_ name: String) -> Attribute? { attributes.first { $0.name == name } }

    /// The value of an attribute; nil when it is not written.
    public subscript(_ name: String) -> String? { attribute(name)?.value }

    /// All character data joined, white space kept.
    public var text: String {
        var text = ""
        for case .text(let part) in nodes { text += part.value }
        return text
    }

    /// Where the first character data that is more than white space begins, else the element.
    public var textPosition: Position? {
        for case .text(let part) in nodes where !part.isBlank { return part.position }
        return position
    }

    /// The attributes with the positions of their values.
    var locatedAttributes: [String: Located<String>] {
        Dictionary(
            attributes.map { ($0.name, Located($0.value, at: $0.valuePosition)) },
            uniquingKeysWith: { first, _ in first })
    }

    func located(_ name: String) -> Located<String>? {
        attribute(name).map { Located($0.value, at: $0.valuePosition) }
    }

    /// The text, ends trimmed, with the position of its first word.
    var locatedText: Located<String> { Located(trimmed(text), at: textPosition) }
}

// MARK: - Rewriting

extension Element {
    /// Changes a value and keeps the position of what the user wrote.
    mutating func set(_ name: String, _ value: String, at position: Position? = nil) {
        if let index = attributes.firstIndex(where: { $0.name == name }) {
            guard attributes[index].value != value else { return }
            attributes[index].value = value
            attributes[index].respell()
        } else {
            attributes.append(Attribute(name, value, position: position))
        }
    }

    mutating func rename(attribute old: String, to new: String) {
        remove(attribute: new, ifThereIs: old)
        guard let index = attributes.firstIndex(where: { $0.name == old }) else { return }
        attributes[index].name = new
        attributes[index].respell()
    }

    mutating func remove(attribute name: String) { attributes.removeAll { $0.name == name } }

    private mutating func remove(attribute name: String, ifThereIs other: String) {
        if attribute(other) != nil { remove(attribute: name) }
    }

    /// Replaces the text; comments between its parts stay.
    mutating func setText(_ value: String) {
        let position = textPosition
        nodes.removeAll { if case .text = $0 { true } else { false } }
        nodes.append(.text(Text(value, position: position)))
        layout?.isEmptyTag = false
    }

    /// Calls `body` with this element and all below it.
    mutating func rewriteAll(_ body: (inout Element) -> Void) {
        body(&self)
        for index in nodes.indices {
            if case .element(var child) = nodes[index] {
                child.rewriteAll(body)
                nodes[index] = .element(child)
            }
        }
    }

    /// Calls `body` with the child elements of a name.
    mutating func rewriteChildren(_ name: String, _ body: (inout Element) -> Void) {
        for index in nodes.indices {
            if case .element(var child) = nodes[index], child.name == name {
                body(&child)
                nodes[index] = .element(child)
            }
        }
    }

    /// Adds a child behind the last one, on a line of its own.
    mutating func append(_ child: Element, indent: String) {
        var tail: [Node] = []
        if case .text(let last)? = nodes.last, last.isBlank { tail = [nodes.removeLast()] }
        nodes.append(.text(Text("\n" + indent)))
        nodes.append(.element(child))
        nodes += tail.isEmpty ? [.text(Text("\n" + indent.dropLast(4)))] : tail
        layout?.isEmptyTag = false
    }

    /// Removes child elements together with the white space before them; where nothing else is
    /// left, all of it.
    mutating func removeChildren(where matches: (Element) -> Bool) {
        guard children.contains(where: matches) else { return }
        var kept: [Node] = []
        for node in nodes {
            if case .element(let child) = node, matches(child) {
                if case .text(let text)? = kept.last, text.isBlank { kept.removeLast() }
            } else {
                kept.append(node)
            }
        }
        nodes = kept
        if kept.allSatisfy({ if case .text(let text) = $0 { text.isBlank } else { false } }) {
            nodes = []
            layout?.isEmptyTag = true
        }
    }
}

/// Without white space at both ends.
func trimmed(_ text: String) -> String {
    let bytes = Substring(text).utf8
    guard let start = bytes.firstIndex(where: { !isXMLSpace($0) }),
        let end = bytes.lastIndex(where: { !isXMLSpace($0) })
    else { return "" }
    return String(Substring(bytes[start...end]))
}
