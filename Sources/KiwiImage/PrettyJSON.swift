/// JSON text with sorted keys and indentation of four blanks, as KIWI writes it.
public indirect enum PrettyJSON: Sendable, Hashable {
    case object([String: PrettyJSON])
    case array([PrettyJSON])
    case text(String)
    case number(Int64)
    case flag(Bool)
    case null

    /// The text with a final newline.
    public var rendered: String { render("") + "\n" }

    private func render(_ indent: String) -> String {
        let inner = indent + "    "
        switch self {
        case .object(let members):
            guard !members.isEmpty else { return "{}" }
            let lines = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
                "\(inner)\(Self.quoted($0.key)): \($0.value.render(inner))"
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        case .array(let items):
            guard !items.isEmpty else { return "[]" }
            return "[\n" + items.map { inner + $0.render(inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .text(let text): return Self.quoted(text)
        case .number(let number): return "\(number)"
        case .flag(let flag): return flag ? "true" : "false"
        case .null: return "null"
        }
    }

    /// ASCII only, as Python's json module does by default.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: result += "\\\""
            case 0x5c: result += "\\\\"
            case 0x0a: result += "\\n"
            case 0x0d: result += "\\r"
            case 0x09: result += "\\t"
            case 0x20..<0x7f: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
