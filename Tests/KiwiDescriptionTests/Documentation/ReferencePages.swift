@testable import KiwiDescription

/// The reference of the language in `docs/reference`, written from the schema table.
enum ReferencePages {
    /// Markdown by file name.
    static var all: [String: String] {
        var pages = Dictionary(uniqueKeysWithValues: Schema.chapters.map { ($0.name + ".md", page($0)) })
        pages["README.md"] = index
        return pages
    }

    private static let origin = "Written from the schema table by `make docs`."

    private static var index: String {
        var lines = [
            "# The description language", "",
            "All elements and attributes of schema \(Schema.version). \(origin)",
            "On the terminal: `kiwi description explain NAME`. For editors: `kiwi description schema --format rng` or",
            "`json-schema`. What each message means: [diagnostics](../diagnostics.md).", "",
        ]
        for chapter in Schema.chapters {
            lines.append("- [\(chapter.title)](\(chapter.name).md)")
        }
        lines += ["", "## All elements", "", "| element | |", "|---|---|"]
        for chapter in Schema.chapters {
            for element in chapter.elements {
                lines.append("| [`<\(element.name)>`](\(link(element.name))) | \(cell(element.summary)) |")
            }
        }
        return sorted(lines).joined(separator: "\n") + "\n"
    }

    /// The rows of the last table in the order of their names.
    private static func sorted(_ lines: [String]) -> [String] {
        let start = lines.count - Schema.elements.count
        return lines[..<start] + lines[start...].sorted { $0.lowercased() < $1.lowercased() }
    }

    private static func page(_ chapter: Schema.Chapter) -> String {
        var lines = ["# \(chapter.title)", "", "\(origin) [All elements](README.md)."]
        for element in chapter.elements { lines += [""] + section(element) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func section(_ element: ElementSchema) -> [String] {
        var lines = ["## \(element.name)", "", element.summary, ""]
        let parents = Schema.parents(of: element.name)
        if !parents.isEmpty {
            let places = parents.map { parent in
                reference(parent) + (Schema.elements[parent]?.child(element.name)?.cardinality.words ?? "")
            }
            lines.append("- stands in " + places.joined(separator: ", "))
        }
        if let content = element.content { lines.append("- holds text: \(content.form)") }
        if let value = element.defaultValue { lines.append("- default: `\(value)`") }
        if !element.imageTypes.isEmpty { lines.append("- for the image types " + oneOf(element.imageTypes)) }
        if let since = element.since { lines.append("- since schema \(since)") }
        if !element.children.isEmpty {
            let children = element.children.map { reference($0.name) + $0.cardinality.words }
            lines.append("- holds " + children.joined(separator: ", "))
        }
        if element.name == "extension" { lines.append("- holds elements of other name spaces") }
        if element.attributes.isEmpty { return lines }
        lines += ["", "| attribute | value | meaning |", "|---|---|---|"]
        return lines + element.attributes.map(row)
    }

    private static func row(_ attribute: AttributeSchema) -> String {
        var facts: [String] = []
        if attribute.isRequired { facts.append("required") }
        if let value = attribute.defaultValue { facts.append("default `\(value)`") }
        if !attribute.imageTypes.isEmpty { facts.append("for \(oneOf(attribute.imageTypes))") }
        if !attribute.loaders.isEmpty { facts.append("for \(oneOf(attribute.loaders))") }
        if let other = attribute.needs { facts.append("needs `\(other)`") }
        if let since = attribute.since { facts.append("since \(since)") }
        if attribute.isWithoutEffect { facts.append("no effect") }
        let meaning = attribute.summary + (facts.isEmpty ? "" : " *\(facts.joined(separator: "; "))*")
        return "| `\(attribute.name)` | \(cell(attribute.type.form)) | \(cell(meaning)) |"
    }

    private static func reference(_ name: String) -> String { "[`<\(name)>`](\(link(name)))" }

    private static func link(_ name: String) -> String {
        let chapter = Schema.chapters.first { $0.elements.contains { $0.name == name } }
        return "\(chapter?.name ?? "README").md#\(name.lowercased())"
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
