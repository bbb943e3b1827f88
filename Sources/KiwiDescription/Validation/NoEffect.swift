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
                    "'\(attribute.name)' of <\(element.name)> has no effect", remedy: "remove it"))
        }
        for child in element.children { find(in: child, &diagnostics) }
    }
}
