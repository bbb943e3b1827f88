import KiwiDiagnostics

/// What `kiwi description explain NAME` says, from the schema table and the catalogue of diagnostics.
public enum Explanation {
    /// Explains an element (`type`), an attribute (`type/image`, or `image` of every element that
    /// has it) or the code of a diagnostic.
    ///
    /// - Throws: a usage failure with the nearest known name.
    public static func text(for name: String) throws(Failure) -> String {
        let word = String(name.filter { $0 != "<" && $0 != ">" })
        let parts = word.split(whereSeparator: { $0 == "/" || $0 == "@" }).map(String.init)
        if parts.count == 2, let element = Schema.elements[parts[0]] {
            if let attribute = element.attribute(parts[1]) { return text(attribute, of: element) }
            if element.child(parts[1]) != nil, let child = Schema.elements[parts[1]] { return text(child) }
            if let gone = Schema.former(attribute: parts[1], of: element.name) { return former([gone]) }
            let known = element.attributes.map(\.name) + element.children.map(\.name)
            throw unknown("<\(element.name)> has no '\(parts[1])'", parts[1], among: known) {
                "\(element.name)/\($0)"
            }
        }
        var texts: [String] = []
        if let element = Schema.elements[word] { texts.append(text(element)) }
        let owners = Schema.chapters.flatMap(\.elements).filter { $0.attribute(word) != nil }
        if texts.isEmpty, owners.count == 1, let attribute = owners[0].attribute(word) {
            texts.append(text(attribute, of: owners[0]))
        } else if !owners.isEmpty {
            texts.append(owned(word, by: owners))
        }
        if let meaning = DiagnosticCatalog.codes[word] {
            texts.append("[\(word)]  \(meaning)\nAn example is in docs/diagnostics.md.\n")
        }
        let gone = Schema.formerNames.filter { ($0.attribute ?? $0.element) == word }
        if !gone.isEmpty { texts.append(former(gone)) }
        guard texts.isEmpty else { return texts.joined(separator: "\n") }
        let attributes = Schema.elements.values.flatMap { $0.attributes.map(\.name) }
        let known =
            Schema.elements.keys.sorted() + Set(attributes).sorted() + DiagnosticCatalog.codes.keys.sorted()
        throw unknown("there is no element, attribute or diagnostic '\(excerpt(word))'", word, among: known) {
            $0
        }
    }

    private static func unknown(
        _ message: String, _ word: String, among known: [String], _ form: (String) -> String
    ) -> Failure {
        Failure(
            .usage,
            Diagnostic(
                "unknown-name", message,
                remedy: nearestName(to: word, among: known).map { "kiwi description explain \(form($0))" }
                    ?? "kiwi description explain image"))
    }

    /// What became of names that older schemas had.
    private static func former(_ names: [FormerName]) -> String {
        names.map { former in
            let name = former.attribute.map { "<\(former.element) \($0)=\"...\">" } ?? "<\(former.element)>"
            return "\(name)  is gone since schema \(former.until): \(former.remedy)\n"
        }.joined()
    }

    // MARK: - Elements

    private static func text(_ element: ElementSchema) -> String {
        var lines = ["<\(element.name)>  \(element.summary)"]
        let parents = Schema.parents(of: element.name)
        if !parents.isEmpty {
            lines.append(
                "  in       "
                    + parents.map { "<\($0)>" + count(of: element.name, in: $0) }.joined(separator: ", "))
        }
        if let content = element.content { lines.append("  text     \(content.form)") }
        lines += facts(element.defaultValue, element.imageTypes, since: element.since)
        lines += conditions(element.needs, element.managers)
        if !element.attributes.isEmpty {
            lines.append("  attributes")
            lines += table(
                element.attributes.map { ($0.name + ($0.isRequired ? " (required)" : ""), $0.summary) })
        }
        if !element.children.isEmpty {
            lines.append("  elements")
            lines += table(
                element.children.map { child in
                    ("<\(child.name)>" + child.cardinality.words, Schema.elements[child.name]?.summary ?? "")
                })
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func count(of name: String, in parent: String) -> String {
        Schema.elements[parent]?.child(name)?.cardinality.words ?? ""
    }

    private static func table(_ rows: [(String, String)]) -> [String] {
        let width = min(40, rows.map(\.0.count).max() ?? 0)
        return rows.map { name, summary in
            "    " + name + String(repeating: " ", count: max(0, width - name.count)) + "  " + summary
        }
    }

    // MARK: - Attributes

    private static func text(_ attribute: AttributeSchema, of element: ElementSchema) -> String {
        var lines = ["<\(element.name) \(attribute.name)=\"...\">  \(attribute.summary)"]
        lines.append("  value    " + attribute.type.form + (attribute.isRequired ? "; required" : ""))
        let types = attribute.effectiveTypes.isEmpty ? attribute.imageTypes : attribute.effectiveTypes
        lines += facts(attribute.defaultValue, types, since: attribute.since)
        if !attribute.loaders.isEmpty {
            lines.append("  loaders  " + attribute.loaders.joined(separator: ", "))
        }
        lines += conditions(attribute.needs, attribute.managers)
        if let place = attribute.inside {
            lines.append("  place    in <\(place)>; elsewhere it changes nothing")
        }
        if attribute.isWithoutEffect { lines.append("  note     accepted, but changes nothing") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func owned(_ name: String, by owners: [ElementSchema]) -> String {
        let rows = owners.map { ("\($0.name)/\(name)", $0.attribute(name)?.summary ?? "") }
        return (["'\(name)' is an attribute of \(owners.count) elements:"] + table(rows)).joined(
            separator: "\n") + "\n"
    }

    private static func facts(_ value: String?, _ imageTypes: [String], since: String?) -> [String] {
        var lines: [String] = []
        if let value { lines.append("  default  \(value)") }
        if !imageTypes.isEmpty { lines.append("  for      " + imageTypes.joined(separator: ", ")) }
        if let since { lines.append("  since    schema \(since)") }
        return lines
    }

    private static func conditions(_ needs: [Need], _ managers: [String]) -> [String] {
        var lines: [String] = []
        if !needs.isEmpty {
            lines.append("  needs    \(oneOf(needs.map(\.description))); without it, nothing changes")
        }
        if !managers.isEmpty { lines.append("  managers " + managers.joined(separator: ", ")) }
        return lines
    }
}

extension ChildSchema.Cardinality {
    /// How often, in words behind a name.
    var words: String {
        switch self {
        case .one: " (exactly one)"
        case .optional: ""
        case .some: " (one or more)"
        case .many: " (any number)"
        }
    }
}
