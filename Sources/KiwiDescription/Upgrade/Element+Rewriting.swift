import KiwiDiagnostics

/// The primitive rewrites that the steps of an upgrade consist of.
///
/// What a rewrite makes or moves has no layout; ``Formatting`` gives it one when it is written.
extension Element {
    /// Every element of a name, at any depth, also this one.
    mutating func each(_ names: String..., body: (inout Element) -> Void) {
        rewriteAll { if names.contains($0.name) { body(&$0) } }
    }

    /// Every `<type>` below `<image>`.
    mutating func eachType(_ body: (inout Element) -> Void) {
        rewriteChildren("preferences") { $0.rewriteChildren("type", body) }
    }

    /// Renames elements at any depth.
    mutating func rename(elements names: [String: String]) {
        rewriteAll { if let name = names[$0.name] { $0.name = name } }
    }

    /// Drops elements with all their content, at any depth.
    mutating func drop(elements names: String...) {
        rewriteAll { $0.removeChildren { names.contains($0.name) } }
    }

    mutating func drop(attributes names: String...) {
        attributes.removeAll { names.contains($0.name) }
    }

    /// Removes child elements and gives them, ready to stand elsewhere.
    mutating func take(where matches: (Element) -> Bool) -> [Element] {
        let taken = children.filter(matches)
        if !taken.isEmpty { removeChildren(where: matches) }
        return taken.map(\.detached)
    }

    /// Puts child elements before all others.
    mutating func prepend(_ elements: [Element]) {
        guard !elements.isEmpty else { return }
        var start = 0
        // A comment at the very start is about the parent or its first child: it stays first.
        if case .text(let text)? = nodes.first, text.isBlank, nodes.count == 1 { start = 1 }
        nodes.insert(contentsOf: elements.map { .element($0) }, at: start)
        layout?.isEmptyTag = false
    }

    /// Puts child elements behind all others.
    mutating func add(_ elements: [Element]) {
        guard !elements.isEmpty else { return }
        var end = nodes.endIndex
        if case .text(let text)? = nodes.last, text.isBlank { end -= 1 }
        nodes.insert(contentsOf: elements.map { .element($0) }, at: end)
        layout?.isEmptyTag = false
    }

    /// Replaces child elements by what `body` makes of them.
    mutating func replaceChildren(_ body: (Element) -> [Element]?) {
        nodes = nodes.flatMap { node -> [Node] in
            guard case .element(let child) = node, let replacement = body(child) else { return [node] }
            return replacement.map { .element($0) }
        }
    }

    /// Without layout, in itself and below: for an element that stands elsewhere now.
    var detached: Element {
        var copy = self
        copy.rewriteAll { element in
            element.layout = nil
            guard !element.children.isEmpty else { return }
            element.nodes.removeAll { if case .text(let text) = $0 { text.isBlank } else { false } }
        }
        return copy
    }

    /// An element made because of another one, whose position it has.
    static func made(
        _ name: String, _ attributes: [(String, String)] = [], text: String? = nil, children: [Element] = [],
        for cause: Position?
    ) -> Element {
        Element(
            name, position: cause, attributes: attributes.map { Attribute($0.0, $0.1, position: cause) },
            nodes: text.map { [.text(Text($0, position: cause))] } ?? children.map { .element($0) })
    }

    /// The first child of a name, made if there is none.
    mutating func withChild(_ name: String, for cause: Position?, _ body: (inout Element) -> Void) {
        if first(name) == nil { prepend([.made(name, for: cause)]) }
        var isDone = false
        rewriteChildren(name) { child in
            if !isDone { body(&child) }
            isDone = true
        }
    }

    /// Sets the text of a child, which is made if there is none.
    mutating func setChild(_ name: String, text: String, for cause: Position?) {
        if first(name) == nil { return add([.made(name, text: text, for: cause)]) }
        rewriteChildren(name) { $0.setText(text) }
    }

    /// The text without white space at its ends.
    var word: String { trimmed(text) }
}

extension Element {
    /// Puts a child element behind the last one of some names, else at the end.
    mutating func insert(_ child: Element, after names: [String]) {
        let index = nodes.lastIndex { node in
            if case .element(let element) = node { names.contains(element.name) } else { false }
        }
        guard let index else { return add([child]) }
        nodes.insert(.element(child), at: index + 1)
    }
}
