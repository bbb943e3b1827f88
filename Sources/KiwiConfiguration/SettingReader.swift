import KiwiDiagnostics
import Yams

/// Reads the text of one `kiwi.yml` into `section.key` values.
///
/// Both forms are understood: a section is a table of keys (since KIWI 11) or a list
/// of one-key tables (KIWI 10 and older). `mirrors` has free keys and stays a table.
struct SettingReader {
    struct Setting: Sendable {
        var key: String
        var value: SettingValue
    }

    var file: String
    private(set) var diagnostics: [Diagnostic] = []
    /// Values that may still be read: aliases could make a small file expand without end.
    private var budget = 10_000

    init(file: String) { self.file = file }

    mutating func read(_ text: String) -> [Setting] {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            diagnostics.append(syntax(error))
            return []
        } catch {
            diagnostics.append(Diagnostic("configuration-syntax", .error, at: start, "\(error)"))
            return []
        }
        guard let root else { return [] }
        guard case .table(let sections) = convert(root, depth: 0).content else {
            if case .null = convert(root, depth: 0).content { return [] }
            refuse(position(root), "the file must be a table of sections")
            return []
        }
        return sections.flatMap { settings(in: $0.key, $0.value) }
    }

    private mutating func settings(in section: String, _ value: SettingValue) -> [Setting] {
        if section == "mirrors" { return [Setting(key: section, value: value)] }
        switch value.content {
        case .null: return []
        case .table(let entries):
            return entries.map { Setting(key: "\(section).\($0.key)", value: positioned($0)) }
        case .list(let entries):
            return entries.flatMap { entry -> [Setting] in
                if case .table(let keys) = entry.content {
                    return keys.map { Setting(key: "\(section).\($0.key)", value: positioned($0)) }
                }
                refuse(entry.position, "entries of section '\(section)' must have the form 'key: value'")
                return []
            }
        case .text:
            refuse(value.position, "section '\(section)' must be a table of keys")
            return []
        }
    }

    /// Findings about a setting point at its key.
    private func positioned(_ entry: (key: String, keyPosition: Position, value: SettingValue))
        -> SettingValue
    {
        SettingValue(content: entry.value.content, position: entry.keyPosition)
    }

    private mutating func convert(_ node: Node, depth: Int) -> SettingValue {
        let place = position(node)
        budget -= 1
        guard depth < 20, budget > 0 else {
            if budget >= 0 {
                refuse(place, depth < 20 ? "more than 10000 values" : "nested deeper than 20 levels")
            }
            return SettingValue(content: .null, position: place)
        }
        switch node {
        case .scalar(let scalar):
            let quoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
            let null = !quoted && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            return SettingValue(content: null ? .null : .text(scalar.string, quoted: quoted), position: place)
        case .sequence(let sequence):
            return SettingValue(
                content: .list(sequence.map { convert($0, depth: depth + 1) }), position: place)
        case .mapping(let mapping):
            return SettingValue(
                content: .table(
                    mapping.map { key, value in
                        var place = position(key)
                        place.length = key.scalar?.string.unicodeScalars.count ?? 0
                        return (key.scalar?.string ?? "", place, convert(value, depth: depth + 1))
                    }), position: place)
        case .alias:
            refuse(place, "aliases are not supported")
            return SettingValue(content: .null, position: place)
        }
    }

    private var start: Position { Position(file: file, line: 1, column: 1) }

    private func position(_ node: Node) -> Position {
        node.mark.map { Position(file: file, line: $0.line, column: $0.column) } ?? start
    }

    private mutating func refuse(_ position: Position, _ message: String) {
        diagnostics.append(Diagnostic("configuration-form", .error, at: position, message))
    }

    private func syntax(_ error: YamlError) -> Diagnostic {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            Diagnostic(
                "configuration-syntax", .error,
                at: Position(file: file, line: mark.line, column: mark.column), problem)
        default: Diagnostic("configuration-syntax", .error, at: start, "\(error)")
        }
    }
}
