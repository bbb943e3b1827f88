/// The variables of `/.profile` and of the scripts' environment.
enum ScriptVariables {
    /// Only in `/.profile`.
    private static let notForScripts = ["kiwi_align", "kiwi_sectorsize", "kiwi_revision"]

    static func forScripts(_ variables: [String: String]) -> [String: String] {
        variables.filter { !notForScripts.contains($0.key) }
    }

    /// The text of `/.profile`: sorted lines `key='value'`.
    static func profile(_ variables: [String: String]) -> String {
        variables.sorted { $0.key < $1.key }.map { "\($0.key)='\(quoted($0.value))'\n" }.joined()
    }

    /// Without backslashes and enclosing quotes, ready to stand between single quotes.
    private static func quoted(_ value: String) -> String {
        var text = value.replacing("\\", with: "")
        for mark in ["\"", "'"] where text.count >= 2 && text.hasPrefix(mark) && text.hasSuffix(mark) {
            text = String(text.dropFirst().dropLast())
        }
        return text.replacing("'", with: "'\\''")
    }
}
