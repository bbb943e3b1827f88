@testable import KiwiDescription

/// The reference of the language in `docs/reference`, written from the schema table.
enum ReferencePages {
    /// Markdown by file name.
    static var all: [String: String] {
        var pages = Dictionary(uniqueKeysWithValues: Schema.chapters.map { ($0.name + ".md", page($0)) })
        pages["README.md"] = index
        pages["image-types.md"] = matrix
        return pages
    }

    private static let origin = "Written from the schema table by `make docs`."

    private static var index: String {
        var lines = [
            "# The description language", "",
            "All elements and attributes of schema \(Schema.version). \(origin)",
            "On the terminal: `kiwi description explain NAME`. For editors: `kiwi description schema --format rng` or",
            "`json-schema`. What each message means: [diagnostics](../diagnostics.md). What counts for which image",
            "type: [one table](image-types.md).", "",
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

    /// Which attribute and which element below `<type>` counts for which image type.
    private static var matrix: String {
        let types = Schema.imageTypes.sorted()
        var lines = [
            "# What counts for which image type", "",
            "\(origin) `x`: it counts; `-`: it is accepted, but changes nothing, which `kiwi lint` and builds say;",
            "empty: it is an error. Conditions beside the image type are on the pages of the elements.", "",
            "| in `<type>` | " + types.joined(separator: " | ") + " |",
            "|---" + String(repeating: "|---", count: types.count) + "|",
        ]
        func row(_ name: String, _ marks: [String]) {
            lines.append("| \(name) | " + marks.joined(separator: " | ") + " |")
        }
        for attribute in Schema.typeAttributes {
            row(
                "`\(attribute.name)`",
                types.map { type in
                    if !attribute.imageTypes.isEmpty, !attribute.imageTypes.contains(type) { return " " }
                    let counts = attribute.effectiveTypes.isEmpty || attribute.effectiveTypes.contains(type)
                    return counts && !attribute.isWithoutEffect ? "x" : "-"
                })
        }
        // Rules of their own refuse these two elsewhere.
        let strict = ["bootloader", "containerconfig"]
        for child in Schema.elements["type"]?.children ?? [] {
            let element = Schema.elements[child.name]
            row(
                reference(child.name),
                types.map { type in
                    if element?.imageTypes.isEmpty ?? true || element?.imageTypes.contains(type) ?? true {
                        return "x"
                    }
                    return strict.contains(child.name) ? " " : "-"
                })
        }
        return lines.joined(separator: "\n") + "\n"
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
        if !element.needs.isEmpty { lines.append("- needs " + needs(element.needs)) }
        if !element.managers.isEmpty { lines.append("- for the package managers " + oneOf(element.managers)) }
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
        if !attribute.effectiveTypes.isEmpty {
            facts.append("changes something for \(oneOf(attribute.effectiveTypes))")
        }
        if !attribute.needs.isEmpty { facts.append("needs " + needs(attribute.needs)) }
        if let place = attribute.inside { facts.append("in \(reference(place)) only") }
        if !attribute.managers.isEmpty { facts.append("with \(oneOf(attribute.managers))") }
        if let since = attribute.since { facts.append("since \(since)") }
        if attribute.isWithoutEffect { facts.append("no effect") }
        let meaning = attribute.summary + (facts.isEmpty ? "" : " *\(facts.joined(separator: "; "))*")
        return "| `\(attribute.name)` | \(cell(attribute.type.form)) | \(cell(meaning)) |"
    }

    private static func needs(_ needs: [Need]) -> String {
        oneOf(needs.map { need in "`\(need.name)\(need.value.map { "=\"\($0)\"" } ?? "")`" })
    }

    private static func reference(_ name: String) -> String { "[`<\(name)>`](\(link(name)))" }

    private static func link(_ name: String) -> String {
        let chapter = Schema.chapters.first { $0.elements.contains { $0.name == name } }
        return "\(chapter?.name ?? "README").md#\(name.lowercased())"
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
