/// Gives an element tree that was read from YAML or TOML the comments of its file.
///
/// A comment belongs to the element that begins on the next line that is no comment.
struct MarkupComments {
    /// Lines of a comment by the number of the line they stand above.
    private var pending: [Int: [String]] = [:]
    private var last: [String] = []

    static func attach(to document: inout Document, text: String) {
        var comments = MarkupComments()
        comments.find(in: text, without: values(of: document.root))
        let before = comments.take(document.root)
        document.prolog += before.flatMap { [$0, .text(Text("\n"))] }
        comments.attach(to: &document.root)
        if !comments.last.isEmpty { document.epilog = [.text(Text("\n")), Self.node(comments.last)] }
    }

    /// `values` are texts on several lines: what looks like a comment in them is none.
    private mutating func find(in text: String, without values: [String]) {
        var run: [String] = []
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() {
            let content = trimmed(String(line))
            if content.hasPrefix("#"), !values.contains(where: { $0.contains(content) }) {
                run.append(trimmed(String(content.drop { $0 == "#" })))
            } else if !content.isEmpty, content != "---", !content.hasPrefix("%") {
                if !run.isEmpty { pending[index + 1] = run }
                run = []
            }
        }
        last = run
    }

    private static func values(of element: Element) -> [String] {
        ([element.text] + element.attributes.map(\.value)).filter { $0.contains("#") }
            + element.children.flatMap(values)
    }

    private mutating func attach(to element: inout Element) {
        var nodes: [Node] = []
        for node in element.nodes {
            guard case .element(var child) = node else {
                nodes.append(node)
                continue
            }
            nodes += take(child)
            attach(to: &child)
            nodes.append(.element(child))
        }
        element.nodes = nodes
    }

    /// The comments above the lines of an element's name and attributes.
    private mutating func take(_ element: Element) -> [Node] {
        let lines = ([element.position] + element.attributes.map(\.position)).compactMap { $0?.line }
        let found = Set(lines).sorted().compactMap { pending.removeValue(forKey: $0) }
        return found.isEmpty ? [] : [Self.node(found.flatMap { $0 })]
    }

    private static func node(_ lines: [String]) -> Node {
        // No XML comment may contain two hyphens.
        var text = lines.joined(separator: "\n")
        while text.contains("--") { text = text.replacing("--", with: "- -") }
        return .markup("<!-- \(text)\(text.hasSuffix("-") ? " " : "") -->")
    }
}
