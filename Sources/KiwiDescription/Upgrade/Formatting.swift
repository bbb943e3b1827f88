/// Gives what a rewrite made or moved the layout of the file around it.
///
/// Elements without layout get a line of their own where the elements around them have one, as
/// deep as those; everything else stays as it is written.
struct Formatting {
    /// `\n` or `\r\n`.
    private var lineEnd: String
    /// One level of indentation.
    private var unit: String

    /// The habits of a file.
    init(of document: Document) {
        lineEnd = XMLWriter.text(of: document).contains("\r\n") ? "\r\n" : "\n"
        unit = Self.indentation(in: document.root) ?? "    "
    }

    func format(_ root: inout Element) { format(&root, indentation: "") }

    private func format(_ element: inout Element, indentation: String) {
        let inner = Self.indentation(in: element) ?? indentation + unit
        if hasNew(element), !isInline(element) { breakLines(in: &element, inner, indentation) }
        for index in element.nodes.indices {
            guard case .element(var child) = element.nodes[index] else { continue }
            format(&child, indentation: inner)
            element.nodes[index] = .element(child)
        }
    }

    private func hasNew(_ element: Element) -> Bool { element.children.contains { $0.layout == nil } }

    /// Elements side by side on one line stay so.
    private func isInline(_ element: Element) -> Bool {
        let hasOld = element.children.contains { $0.layout != nil }
        return hasOld && !element.nodes.contains(where: isLineBreak)
    }

    private func isLineBreak(_ node: Node) -> Bool {
        if case .text(let text) = node { text.isBlank && text.value.contains("\n") } else { false }
    }

    private func breakLines(in element: inout Element, _ inner: String, _ outer: String) {
        var nodes: [Node] = []
        let isBare = !element.nodes.contains(where: isLineBreak)
        for node in element.nodes {
            let isNew =
                switch node {
                case .element(let child): child.layout == nil || isBare
                case .markup: isBare
                case .text: false
                }
            if isNew, !(nodes.last.map(isLineBreak) ?? false) { nodes.append(line(inner)) }
            nodes.append(node)
        }
        if let last = nodes.last, !isLineBreak(last) { nodes.append(line(outer)) }
        element.nodes = nodes
    }

    private func line(_ indentation: String) -> Node {
        .text(Text("\n" + indentation, source: lineEnd + indentation))
    }

    /// What stands before the first element that is on a line of its own.
    private static func indentation(in element: Element) -> String? {
        for (node, next) in zip(element.nodes, element.nodes.dropFirst()) {
            if case .text(let text) = node, text.isBlank, case .element(let child) = next,
                child.layout != nil,
                let end = text.value.lastIndex(of: "\n")
            {
                return String(text.value[text.value.index(after: end)...])
            }
        }
        return nil
    }
}
