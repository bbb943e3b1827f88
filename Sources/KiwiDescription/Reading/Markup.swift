import KiwiDiagnostics

/// The markup a description file is written in.
enum Markup: String, Sendable {
    case xml = "XML"
    case yaml = "YAML"
    case json = "JSON"
    case toml = "TOML"
    case ini = "INI"

    /// By the end of the name, else by content; nil when the file is empty.
    static func guess(_ data: [UInt8], file: String) -> Markup? {
        let name = FileAccess.lastComponent(file).lowercased()
        switch name.split(separator: ".").last {
        case "xml": return .xml
        case "yaml", "yml": return .yaml
        case "json", "json5": return .json
        case "toml": return .toml
        case "ini": return .ini
        default: break
        }
        if data.starts(with: [0xFE, 0xFF]) || data.starts(with: [0xFF, 0xFE]) { return .xml }
        let text = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data[3...] : data[...]
        guard let first = text.first(where: { !isXMLSpace($0) }) else { return nil }
        switch first {
        case UInt8(ascii: "<"): return .xml
        case UInt8(ascii: "{"): return .json
        case UInt8(ascii: "["): return .toml
        default:
            return text.prefix(64 * 1024).contains(UInt8(ascii: ":")) && !text.contains(UInt8(ascii: "<"))
                ? .yaml : .xml
        }
    }

    /// Reads a file of this markup; `data` is what stands in it.
    func read(_ data: [UInt8], file: String, limits: ReadingLimits) -> XMLReader.Result {
        if self == .xml { return XMLReader.read(data, file: file, limits: limits) }
        let text: DecodedText
        do { text = try DecodedText(data, file: file) } catch {
            return XMLReader.Result(document: nil, diagnostics: [error])
        }
        switch self {
        case .yaml, .json:
            return MarkupConverter.convert(
                YAMLReader.read(text.bytes, file: file), file: file, limits: limits)
        case .toml:
            return MarkupConverter.convert(
                TOMLReader.read(text.bytes, file: file, limits: limits), file: file, limits: limits)
        default:
            let diagnostic = Diagnostic(
                "unsupported-markup", at: Position(file: file, line: 1, column: 1),
                "descriptions in \(rawValue) cannot be read", remedy: "write it as XML, YAML, JSON or TOML")
            return XMLReader.Result(document: nil, diagnostics: [diagnostic])
        }
    }
}
