/// A JSON value, written with sorted keys.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Int)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    static func optional(_ number: Int?) -> JSONValue { number.map { .number($0) } ?? .null }
    static func optional(_ flag: Bool?) -> JSONValue { flag.map { .bool($0) } ?? .null }
    static func strings(_ list: some Sequence<String>) -> JSONValue { .array(list.map { .string($0) }) }
    static func table(_ table: [String: String]) -> JSONValue { .object(table.mapValues { .string($0) }) }

    /// The text on several lines, two blanks per level.
    public var text: String { text(indentation: 2) }

    /// The text on several lines; `asciiOnly` writes everything else as `\u` escapes.
    public func text(indentation: Int, asciiOnly: Bool = false) -> String {
        var text = ""
        write(to: &text, indent: "", step: String(repeating: " ", count: indentation), asciiOnly)
        return text
    }

    private func write(to text: inout String, indent: String, step: String, _ asciiOnly: Bool) {
        let inner = indent + step
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let value): text += String(value)
        case .string(let value): Self.write(value, to: &text, asciiOnly: asciiOnly)
        case .array(let values):
            if values.isEmpty {
                text += "[]"
                return
            }
            text += "[\n"
            for (index, value) in values.enumerated() {
                text += inner
                value.write(to: &text, indent: inner, step: step, asciiOnly)
                text += index < values.count - 1 ? ",\n" : "\n"
            }
            text += indent + "]"
        case .object(let table):
            if table.isEmpty {
                text += "{}"
                return
            }
            text += "{\n"
            let keys = table.keys.sorted(by: precedes)
            for (index, key) in keys.enumerated() {
                text += inner
                Self.write(key, to: &text, asciiOnly: asciiOnly)
                text += ": "
                table[key]?.write(to: &text, indent: inner, step: step, asciiOnly)
                text += index < keys.count - 1 ? ",\n" : "\n"
            }
            text += indent + "}"
        }
    }

    static func write(_ value: String, to text: inout String, asciiOnly: Bool) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            case _ where asciiOnly && !scalar.isASCII:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
}
