import KiwiDescription
import KiwiDiagnostics

/// `formatoptions`: `NAME[=VALUE],...`, checked against what qemu-img takes for the format. Pure.
struct FormatOptions: Sendable {
    /// By name; a name without a value means `on`.
    var values: [String: String] = [:]
    var errors: [Diagnostic] = []

    init(_ written: Located<String>?, driver: QemuDriver?, format: String) {
        guard let written else { return }
        guard let driver else {
            refuse(written.position, "the format '\(format)' has no options", "remove 'formatoptions'")
            return
        }
        for part in written.value.split(separator: ",") {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(words[0]).trimmingSpace
            if name.isEmpty { continue }
            take(
                name, words.count > 1 ? String(words[1]).trimmingSpace : "on", driver, format,
                at: written.position)
        }
    }

    private mutating func take(
        _ name: String, _ value: String, _ driver: QemuDriver, _ format: String, at position: Position?
    ) {
        let known = driver.options
        if let reason = QemuDriver.reasonAgainst(name) {
            refuse(
                position, "the option '\(name)' is not for images: \(reason)",
                "remove it from 'formatoptions'")
        } else if let kind = known[name] {
            if let before = values[name], before != value {
                refuse(position, "the option '\(name)' is written twice", "leave one of them")
            }
            if !kind.accepts(value) {
                refuse(position, "'\(value)' is no value of the option '\(name)'", "write \(kind.text)")
            }
            values[name] = value
        } else {
            let names = known.keys.sorted()
            refuse(
                position, "the format '\(format)' has no option '\(name)'",
                nearestName(to: name, among: names).map { "write '\($0)'" }
                    ?? "choose one of: \(names.joined(separator: ", "))")
        }
    }

    private mutating func refuse(_ position: Position?, _ message: String, _ remedy: String) {
        errors.append(Diagnostic("format-option", at: position, message, remedy: remedy))
    }

    /// An option that another place of the description decides too.
    mutating func set(_ name: String, _ value: String, from place: String, at position: Position?) {
        if let written = values[name], written != value {
            errors.append(
                Diagnostic(
                    "format-option", at: position,
                    "\(place) asks for \(name)=\(value), 'formatoptions' for \(name)=\(written)",
                    remedy: "remove '\(name)' from 'formatoptions'"))
        }
        values[name] = value
    }
}
