extension Element {
    /// The element with each child on a line of its own, four blanks deeper than its parent.
    ///
    /// White space between elements is replaced; text is kept as it is. What has an original form
    /// in a file loses it, so that the whole is written in one style.
    func indented(depth: Int = 0) -> Element {
        var result = self
        result.layout = nil
        for index in result.attributes.indices { result.attributes[index].source = nil }
        let holdsText = Schema.elements[name]?.content != nil
        let isMixed = nodes.contains { if case .text(let text) = $0 { !text.isBlank } else { false } }
        guard !holdsText, !isMixed else {
            result.nodes = nodes.map { $0.withoutSource }
            return result
        }
        let parts = nodes.filter { if case .text = $0 { false } else { true } }
        result.nodes = []
        guard !parts.isEmpty else { return result }
        for part in parts {
            result.nodes.append(.text(Text(Self.lineBreak(depth + 1))))
            switch part {
            case .element(let child): result.nodes.append(.element(child.indented(depth: depth + 1)))
            default: result.nodes.append(part)
            }
        }
        result.nodes.append(.text(Text(Self.lineBreak(depth))))
        return result
    }

    private static func lineBreak(_ depth: Int) -> String {
        "\n" + String(repeating: " ", count: 4 * depth)
    }
}

extension Node {
    /// Text as it means, not as a file wrote it: entities of the file are unknown elsewhere.
    fileprivate var withoutSource: Node {
        switch self {
        case .text(var text):
            text.source = nil
            return .text(text)
        case .element(let element): return .element(element.indented())
        case .markup: return self
        }
    }
}
