/// One finding for the user: what is wrong, where, and what to do about it.
public struct Diagnostic: Error, Hashable, Sendable, Codable {
    public enum Severity: String, Sendable, Codable { case error, warning, note }

    /// Stable, documented identifier, for example `unknown-element`.
    public var code: String
    public var severity: Severity
    public var position: Position?
    public var message: String
    /// What the user should do, written as an order.
    public var remedy: String?
    /// Evidence: other positions, the last lines of a command's output.
    public var notes: [String]
    /// The remedy as a change of the file, where there is only one that can be meant.
    public var fix: Fix?

    public init(
        _ code: String, _ severity: Severity = .error, at position: Position? = nil,
        _ message: String, remedy: String? = nil, notes: [String] = [], fix: Fix? = nil
    ) {
        self.code = code
        self.severity = severity
        self.position = position
        self.message = message
        self.remedy = remedy
        self.notes = notes
        self.fix = fix
    }

    /// An error that belongs to no place in a file.
    public init(_ code: String, _ message: String, remedy: String? = nil, notes: [String] = []) {
        self.init(code, .error, at: nil, message, remedy: remedy, notes: notes)
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The one-line form: `file:line:column: error: text [code]`.
    public var description: String {
        let place = position.map { "\($0): " } ?? ""
        return "\(place)\(severity.rawValue): \(message) [\(code)]"
    }
}
