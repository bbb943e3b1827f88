/// Renders diagnostics for people: one line each, then a source excerpt,
/// notes and the remedy.
///
///     config.xml:14:9: error: unknown attribute 'frimware' [unknown-attribute]
///        14 |   <type image="iso" frimware="efi">
///           |                     ^~~~~~~~
///       fix: write 'firmware'
public struct DiagnosticRenderer: Sendable {
    public var color: Bool
    /// Source text by file name; excerpts are omitted for files not in it.
    public var sources: [String: String] { didSet { lines = sources.mapValues(Self.lines) } }
    /// The lines of the sources; large files are cut once, not for each diagnostic.
    private var lines: [String: [Substring]]

    public init(color: Bool = false, sources: [String: String] = [:]) {
        self.color = color
        self.sources = sources
        lines = sources.mapValues(Self.lines)
    }

    private static func lines(_ text: String) -> [Substring] {
        text.utf8.split(separator: 10, omittingEmptySubsequences: false).map(Substring.init)
    }

    public func render(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map(render).joined()
    }

    public func render(_ diagnostic: Diagnostic) -> String {
        var text = ""
        if let position = diagnostic.position { text += paint("\(position): ", "1") }
        let tone =
            switch diagnostic.severity {
            case .error: "1;31"
            case .warning: "1;33"
            case .note: "1;36"
            }
        text += paint("\(diagnostic.severity.rawValue): ", tone)
        text += "\(printable(diagnostic.message)) [\(diagnostic.code)]\n"
        if let position = diagnostic.position { text += excerpt(at: position) }
        for note in diagnostic.notes {
            text += note.split(separator: "\n", omittingEmptySubsequences: false)
                .map { "  | \(printable($0))\n" }.joined()
        }
        if let remedy = diagnostic.remedy { text += paint("  fix: ", "1") + printable(remedy) + "\n" }
        return text
    }

    private func excerpt(at position: Position) -> String {
        guard let lines = lines[position.file], (1...max(1, lines.count)).contains(position.line) else {
            return ""
        }
        let start = lines[position.line - 1].unicodeScalars.lazy.filter { $0 != "\r" }.prefix(200)
        let line = printable(String(String.UnicodeScalarView(start)))
        guard position.column >= 1, position.column <= line.unicodeScalars.count + 1 else { return "" }
        let number = String(position.line)
        let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number
        let room = max(1, line.unicodeScalars.count - position.column + 1)
        let underline = "^" + String(repeating: "~", count: max(0, min(position.length, room) - 1))
        let margin = String(repeating: " ", count: position.column - 1)
        return "\(gutter) | \(line)\n      | \(margin)\(paint(underline, "1;32"))\n"
    }

    /// Control characters of hostile files must not reach a terminal.
    private func printable(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 9: result += " "
            case 0...31, 127...159: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private func paint(_ text: String, _ code: String) -> String {
        color ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
