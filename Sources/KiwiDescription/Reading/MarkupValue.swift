import KiwiDiagnostics

/// A value of YAML, JSON or TOML, with its place in the file.
indirect enum MarkupValue {
    case null(Position)
    case scalar(Located<String>)
    case list([MarkupValue], Position)
    case table([Entry], Position)

    struct Entry {
        var key: Located<String>
        var value: MarkupValue
    }

    var position: Position? {
        switch self {
        case .null(let position), .list(_, let position), .table(_, let position): position
        case .scalar(let text): text.position
        }
    }
}

/// What reading a markup other than XML gives.
struct MarkupResult {
    var value: MarkupValue?
    var diagnostics: [Diagnostic] = []
}

/// Turns tables into elements: `@name` is an attribute, a list is a repeated element, `#text` the
/// text beside attributes.
struct MarkupConverter {
    private var diagnostics: [Diagnostic] = []
    private var elements = 0
    private let limits: ReadingLimits
    private static let largest = 100_000

    private init(_ limits: ReadingLimits) { self.limits = limits }

    /// The document of a file; nil when it has no root element.
    static func convert(
        _ result: MarkupResult, file: String, limits: ReadingLimits = ReadingLimits()
    ) -> XMLReader.Result {
        var converter = MarkupConverter(limits)
        converter.diagnostics = result.diagnostics
        let start = Position(file: file, line: 1, column: 1)
        guard let value = result.value, case .table(let entries, _) = value, entries.count == 1 else {
            if converter.diagnostics.isEmpty {
                converter.report(
                    "no-root-element", at: result.value?.position ?? start,
                    "the file must have one key at the top, 'image'",
                    remedy: "write 'image:' and put everything below it")
            }
            return XMLReader.Result(document: nil, diagnostics: converter.diagnostics)
        }
        let elements = converter.elements(entries[0].key, entries[0].value, depth: 0)
        guard elements.count == 1 else {
            converter.report("no-root-element", at: value.position, "the key 'image' must hold one table")
            return XMLReader.Result(document: nil, diagnostics: converter.diagnostics)
        }
        return XMLReader.Result(
            document: Document(file: file, root: elements[0]), diagnostics: converter.diagnostics)
    }

    private mutating func report(
        _ code: String, at position: Position?, _ message: String, remedy: String? = nil
    ) {
        diagnostics.append(Diagnostic(code, at: position, message, remedy: remedy))
    }

    /// One element, or those of a list.
    private mutating func elements(_ name: Located<String>, _ value: MarkupValue, depth: Int) -> [Element] {
        elements += 1
        guard depth < limits.depth, elements < Self.largest else {
            if elements != .max / 2 {
                report(
                    "nesting-too-deep", at: name.position, "the file has too many values, or too deep ones")
                elements = .max / 2
            }
            return []
        }
        guard isName(name.value) else {
            report("bad-key", at: name.position, "'\(excerpt(name.value))' is no name of an element")
            return []
        }
        switch value {
        case .list(let values, _):
            return values.flatMap { value -> [Element] in
                if case .list(_, let position) = value {
                    report(
                        "bad-key", at: position, "a list in a list has no meaning", remedy: "make it one list"
                    )
                    return []
                }
                var place = name
                if let position = value.position { place.position = position }
                return elements(place, value, depth: depth + 1)
            }
        case .null: return [Element(name.value, position: name.position)]
        case .scalar(let text):
            let nodes: [Node] = text.value.isEmpty ? [] : [.text(Text(text.value, position: text.position))]
            return [Element(name.value, position: name.position, nodes: nodes)]
        case .table(let entries, _):
            var element = Element(name.value, position: name.position)
            for entry in entries { add(entry, to: &element, depth: depth) }
            return [element]
        }
    }

    private mutating func add(_ entry: MarkupValue.Entry, to element: inout Element, depth: Int) {
        let key = entry.key
        if key.value == "#text" || key.value.hasPrefix("@") {
            let text: Located<String>
            switch entry.value {
            case .scalar(let value): text = value
            case .null(let position): text = Located("", at: position)
            default:
                return report(
                    "bad-key", at: entry.value.position, "'\(key.value)' holds one value, not several")
            }
            if key.value == "#text" {
                element.nodes.append(.text(Text(text.value, position: text.position)))
            } else {
                element.attributes.append(
                    Attribute(
                        String(key.value.dropFirst()), text.value, position: key.position,
                        valuePosition: text.position))
            }
        } else {
            element.nodes += elements(key, entry.value, depth: depth + 1).map { .element($0) }
        }
    }

    private func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        return isNameStart(first) && text.unicodeScalars.allSatisfy(isNameCharacter)
    }
}
