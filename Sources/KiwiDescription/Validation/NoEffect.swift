import KiwiDiagnostics

/// What is accepted for compatibility, but changes nothing.
enum NoEffect {
    static func find(in root: Element) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        find(in: root, &diagnostics)
        return diagnostics
    }

    private static func find(in element: Element, _ diagnostics: inout [Diagnostic]) {
        guard let schema = Schema.elements[element.name], element.name != "extension" else { return }
        for attribute in element.attributes where schema.attribute(attribute.name)?.isWithoutEffect == true {
            diagnostics.append(
                Diagnostic(
                    "no-effect", .warning, at: attribute.position,
                    "'\(attribute.name)' of <\(element.name)> has no effect", remedy: "remove it",
                    fix: removal(of: attribute)))
        }
        for attribute in element.attributes {
            guard let other = schema.attribute(attribute.name)?.needs, !element.isSet(other) else { continue }
            diagnostics.append(
                Diagnostic(
                    "no-effect", .warning, at: attribute.position,
                    "'\(attribute.name)' of <\(element.name)> has no effect without '\(other)'",
                    remedy: "add '\(other)', or remove '\(attribute.name)'"))
        }
        for child in element.children { find(in: child, &diagnostics) }
    }
}

/// XML alone: there an attribute ends with its quote.
private func removal(of attribute: Attribute) -> Fix? {
    guard let position = attribute.position, let source = attribute.source else { return nil }
    return Fix(at: position, replace: trimmed(source), with: "")
}

extension Element {
    /// Whether an attribute is written, and not as false.
    fileprivate func isSet(_ name: String) -> Bool { self[name].map { $0 != "false" && $0 != "0" } ?? false }
}

extension LoadedDescription {
    /// Warnings about everything the description says in vain, whatever is built from it.
    public var withoutEffect: [Diagnostic] { NoEffect.find(in: document.root) }
}
