import KiwiDiagnostics
import KiwiToolbox

/// Turns a failed `apt-get update` into diagnostics at the repositories concerned.
struct AptUpdateFailure {
    let failure: Failure

    init(_ failure: ToolFailure, sources: AptSources) {
        var found: [Diagnostic] = []
        var told: Set<Int> = []
        for line in failure.lastLines.filter({ $0.hasPrefix("E:") || $0.hasPrefix("W:") }) {
            guard let entry = Self.entry(for: line, sources), !told.contains(entry.repository),
                let diagnostic = Self.diagnostic(for: line, entry)
            else { continue }
            told.insert(entry.repository)
            found.append(diagnostic)
        }
        if found.isEmpty {
            found = [
                Diagnostic(
                    "repositories-unreadable", "the repositories could not be read",
                    remedy: "look at the messages of apt below and at the log",
                    notes: Array(failure.lastLines.suffix(8)))
            ]
        }
        self.failure = Failure(.buildFailed, found)
    }

    /// The entry whose address and suite a message names.
    private static func entry(for line: String, _ sources: AptSources) -> AptSources.Entry? {
        let byAddress = sources.entries.filter { entry in
            entry.addresses.contains { line.contains($0.trimming("/")) }
        }
        let bySuite = byAddress.first { entry in
            entry.suites.contains { line.contains(" \($0) ") || line.contains("/dists/\($0)/") }
        }
        return bySuite ?? byAddress.first
    }

    private static func diagnostic(for line: String, _ entry: AptSources.Entry) -> Diagnostic? {
        let name = "repository '\(entry.alias)'"
        let message = String(line.dropFirst(3))
        let keys = message.split(separator: " ").enumerated().compactMap { index, word in
            word == "NO_PUBKEY"
                ? message.split(separator: " ").dropFirst(index + 1).first.map(String.init) : nil
        }
        if !keys.isEmpty {
            return Diagnostic(
                "repository-wrong-key", at: entry.position,
                "\(name) is signed with key \(keys.joined(separator: ", ")), which none of the given keys is",
                remedy: "add the right <signing key=\"…\"/> to its <source>", notes: [message])
        }
        if message.contains("is not signed") || message.contains("does not have a Release file") {
            let unsigned = message.contains("is not signed")
            return Diagnostic(
                unsigned ? "repository-unsigned" : "repository-no-release", at: entry.position,
                unsigned
                    ? "\(name) is not signed"
                    : "\(name) has no Release file for '\(entry.suites.joined(separator: " "))'",
                remedy: unsigned
                    ? "sign it, or accept it unverified with repository_gpgcheck=\"false\""
                    : "correct the address or the distribution; "
                        + "an unsigned flat repository needs repository_gpgcheck=\"false\"",
                notes: [message])
        }
        if message.contains("GPG error") || message.contains("signatures were invalid")
            || message.contains("BADSIG")
        {
            return Diagnostic(
                "repository-bad-signature", at: entry.position,
                "the signature of \(name) could not be verified",
                remedy: "correct the <signing key=\"…\"/> of its <source>", notes: [message])
        }
        for code in ["401", "403"] where message.contains(" \(code) ") {
            let user = entry.login.map { " to user '\($0.user)'" } ?? ""
            return Diagnostic(
                "repository-refused", at: entry.position, "\(name): the server answered \(code)\(user)",
                remedy: "check username and password of the <repository>", notes: [message])
        }
        if message.hasPrefix("Failed to fetch") || message.contains("Could not resolve")
            || message.contains("not valid yet") || message.contains("is expired")
        {
            return Diagnostic(
                "repository-unreachable", at: entry.position, "\(name) cannot be read",
                remedy: "check its address and the network, or give a mirror with --mirror FROM=TO",
                notes: [message])
        }
        return nil
    }
}
