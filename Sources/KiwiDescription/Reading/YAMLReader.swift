import KiwiDiagnostics
import Yams

/// Reads YAML, and JSON, which is a part of it.
///
/// Values without quotes mean what YAML says: `1.10` is the number 1.1. Where that changes the
/// text, a warning tells it.
struct YAMLReader {
    private var result = MarkupResult()
    private var values = 0
    private let file: String
    private static let largest = 1024 * 1024

    static func read(_ bytes: [UInt8], file: String) -> MarkupResult {
        var reader = YAMLReader(file: file)
        reader.read(bytes)
        return reader.result
    }

    private init(file: String) { self.file = file }

    private mutating func read(_ bytes: [UInt8]) {
        let start = Position(file: file, line: 1, column: 1)
        guard bytes.count <= Self.largest, !Self.nestsTooDeep(bytes) else {
            result.diagnostics = [
                Diagnostic("nesting-too-deep", at: start, "the file has too many values, or too deep ones")
            ]
            return
        }
        do {
            guard let node = try compose(yaml: String(decoding: bytes, as: UTF8.self)) else { return }
            result.value = value(node)
        } catch let error as YamlError {
            result.diagnostics.append(diagnostic(error))
        } catch {
            result.diagnostics.append(Diagnostic("markup-syntax", at: start, "this cannot be read: \(error)"))
        }
    }

    /// The parser is recursive: what would overflow its stack is refused before.
    private static func nestsTooDeep(_ bytes: [UInt8]) -> Bool {
        var depth = 0
        var dashes = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"): dashes += 1
            case 10: dashes = 0
            case 32: break
            default: dashes = 0
            }
            if depth > 200 || dashes > 200 { return true }
        }
        return false
    }

    private func place(_ mark: Mark?, length: Int) -> Position {
        Position(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, length: length)
    }

    private mutating func value(_ node: Yams.Node) -> MarkupValue {
        values += 1
        guard values < 100_000 else { return .null(place(node.mark, length: 1)) }
        switch node {
        case .scalar(let scalar):
            let position = place(
                scalar.mark, length: max(1, scalar.string.unicodeScalars.prefix { $0 != "\n" }.count))
            guard scalar.style == .plain || scalar.style == .any else {
                var inner = position
                if scalar.style == .singleQuoted || scalar.style == .doubleQuoted { inner.column += 1 }
                return .scalar(Located(scalar.string, at: inner))
            }
            return plain(scalar, at: position)
        case .sequence(let sequence):
            return .list(sequence.map { value($0) }, place(node.mark, length: 1))
        case .mapping(let mapping):
            let entries = mapping.map { key, item -> MarkupValue.Entry in
                let text = key.scalar?.string ?? ""
                return MarkupValue.Entry(
                    key: Located(text, at: place(key.mark, length: text.unicodeScalars.count)),
                    value: value(item))
            }
            return .table(entries, place(node.mark, length: 1))
        default:
            return .null(place(node.mark, length: 1))
        }
    }

    /// A value without quotes: a number, a boolean, nothing, or text.
    private mutating func plain(_ scalar: Yams.Node.Scalar, at position: Position)
        -> MarkupValue
    {
        let written = scalar.string
        if ["", "~", "null", "Null", "NULL"].contains(written) { return .null(position) }
        var text = written
        if let truth = Bool.construct(from: scalar) {
            text = truth ? "true" : "false"
        } else if let first = written.utf8.first, "+-.0123456789".utf8.contains(first) {
            if let number = Int.construct(from: scalar) {
                text = "\(number)"
            } else if let number = Double.construct(from: scalar) {
                text = "\(number)"
            }
        }
        if text != written, text != written.lowercased() {
            result.diagnostics.append(
                Diagnostic(
                    "unquoted-scalar", .warning, at: position, "'\(written)' without quotes means '\(text)'",
                    remedy: "write '\(written)' in quotes for the text, or '\(text)'"))
        }
        return .scalar(Located(text, at: position))
    }

    private func diagnostic(_ error: YamlError) -> Diagnostic {
        let start = Position(file: file, line: 1, column: 1)
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return Diagnostic("markup-syntax", at: place(mark, length: 1), problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.joined(separator: "', '")
            return Diagnostic(
                "markup-syntax", at: place(context.mark, length: 1), "the key '\(names)' is written twice",
                remedy: "write it once, with a list below it")
        default:
            return Diagnostic("markup-syntax", at: start, "this cannot be read as YAML")
        }
    }
}
