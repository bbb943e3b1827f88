import KiwiDiagnostics

/// Compares a description with the schema table.
struct StructureValidator {
    var diagnostics: [Diagnostic] = []
    private let limit = ReadingLimits().mistakes

    /// All findings below `<image>`, in the order of the tree; at most ``ReadingLimits/mistakes``.
    static func validate(_ root: Element) -> [Diagnostic] {
        var validator = StructureValidator()
        guard root.name == "image", let schema = Schema.elements["image"] else {
            let message = "the root element is <\(root.name)>, not <image>"
            return [
                Diagnostic(
                    "wrong-root", at: root.position, message, remedy: "put the description into <image>")
            ]
        }
        validator.check(root, schema)
        if validator.diagnostics.count >= validator.limit {
            validator.report(
                "too-many-mistakes", at: root.position,
                "more than \(validator.limit) mistakes; those behind them are not shown",
                remedy: "mend the first ones")
        }
        return validator.diagnostics
    }

    private mutating func check(_ element: Element, _ schema: ElementSchema) {
        checkAttributes(of: element, schema)
        if schema.name == "extension" { return checkExtension(element) }
        checkText(of: element, schema)
        checkChildren(of: element, schema)
    }

    mutating func report(_ code: String, at position: Position?, _ message: String, remedy: String? = nil) {
        diagnostics.append(Diagnostic(code, at: position, message, remedy: remedy))
    }

    // MARK: - Content

    private mutating func checkText(of element: Element, _ schema: ElementSchema) {
        if let content = schema.content {
            let text = element.text
            if !content.accepts(text) {
                reportValue("<\(element.name)>", text, content, at: element.textPosition)
            }
        } else {
            for case .text(let text) in element.nodes where !text.isBlank {
                report(
                    "stray-text", at: text.position, "text does not belong into <\(element.name)>",
                    remedy: "remove '\(excerpt(text.value))', or put it into a comment")
            }
        }
    }

    private mutating func checkChildren(of element: Element, _ schema: ElementSchema) {
        var first: [String: Position?] = [:]
        for child in element.children {
            guard diagnostics.count < limit else { return }
            guard let rule = schema.child(child.name), let childSchema = Schema.elements[child.name] else {
                reportUnknown(child, in: element, schema)
                continue
            }
            if let earlier = first[child.name] {
                if rule.isSingle {
                    diagnostics.append(
                        Diagnostic(
                            "repeated-element", at: child.position,
                            "<\(element.name)> may have one <\(child.name)> only",
                            remedy: "keep one of them",
                            notes: earlier.map { ["the first one is at \($0)"] } ?? []))
                }
            } else {
                first[child.name] = child.position
            }
            check(child, childSchema)
        }
        for rule in schema.children where rule.isRequired && first[rule.name] == nil {
            report(
                "missing-element", at: element.position, "<\(element.name)> needs <\(rule.name)>",
                remedy: "add \(Example.element(rule.name))")
        }
    }

    private mutating func reportUnknown(_ child: Element, in parent: Element, _ schema: ElementSchema) {
        let parents = Schema.parents(of: child.name)
        if !parents.isEmpty {
            return report(
                "misplaced-element", at: child.position, "<\(child.name)> may not stand in <\(parent.name)>",
                remedy: "move it into \(oneOf(parents.map { "<\($0)>" }))")
        }
        if let former = Schema.former(element: child.name) {
            return report(
                "unknown-element", at: child.position,
                "the element <\(child.name)> is gone since schema \(former.until)", remedy: former.remedy)
        }
        if schema.content != nil {
            return report(
                "unknown-element", at: child.position,
                "<\(parent.name)> holds text, not elements like <\(child.name)>",
                remedy: "remove it")
        }
        let known = schema.children.map(\.name)
        let remedy =
            nearestName(to: child.name, among: known).map { "write <\($0)>" }
            ?? nearestName(to: child.name, among: Schema.elements.keys.sorted()).map {
                "write <\($0)>, in \(oneOf(Schema.parents(of: $0).map { "<\($0)>" }))"
            }
            ?? (known.isEmpty
                ? "remove it: <\(parent.name)> is empty"
                : "remove it; <\(parent.name)> may have \(known.map { "<\($0)>" }.joined(separator: ", "))")
        report(
            "unknown-element", at: child.position, "unknown element <\(child.name)> in <\(parent.name)>",
            remedy: remedy)
    }

    /// Content of other name spaces belongs to other programs.
    private mutating func checkExtension(_ element: Element) {
        if element.children.isEmpty {
            report("missing-element", at: element.position, "<extension> is empty", remedy: "remove it")
        }
    }

    // MARK: - Values

    mutating func reportValue(_ what: String, _ value: String, _ type: ValueType, at position: Position?) {
        let certain = type.certain(value)
        var remedy = certain.map { "write '\($0)'" }
        if remedy == nil, let words = type.words {
            remedy = nearestName(to: trimmed(value), among: words).map { "write '\($0)'" }
        }
        var fix: Fix?
        if let certain, let position { fix = Fix(at: position, replace: value, with: certain) }
        diagnostics.append(
            Diagnostic(
                "bad-value", at: position,
                value.isEmpty ? "\(what) is empty" : "\(what) cannot be '\(excerpt(value))'",
                remedy: remedy.map { "\($0); it must be \(type.form)" } ?? "it must be \(type.form)", fix: fix
            ))
    }
}

/// The start of a text, on one line.
func excerpt(_ text: String) -> String {
    let line = ValueType.collapsed(text)
    return line.count > 60 ? line.prefix(57) + "..." : line
}
