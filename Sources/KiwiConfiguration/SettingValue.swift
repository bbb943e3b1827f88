import KiwiDiagnostics

/// One value of a `kiwi.yml` file with the place that wrote it.
struct SettingValue: Sendable {
    enum Content: Sendable {
        case text(String, quoted: Bool)
        case list([SettingValue])
        case table([(key: String, keyPosition: Position, value: SettingValue)])
        case null
    }

    var content: Content
    var position: Position

    /// KIWI's "false or empty never overrides": such a value leaves an earlier one in place.
    var isEmpty: Bool {
        switch content {
        case .null: true
        case .text(let text, let quoted):
            text.isEmpty || (!quoted && Self.booleans[text.lowercased()] == false)
        case .list(let entries): entries.isEmpty
        case .table(let entries): entries.isEmpty
        }
    }

    static let booleans: [String: Bool] = [
        "true": true, "yes": true, "on": true, "false": false, "no": false, "off": false,
    ]
}
