import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Turns what zypper says into the first real problem; the rest stays in the log.
enum ZypperFailure {
    /// Names in `No provider of 'NAME' found.`; patterns and products with their prefix.
    static func missing(in lines: [String]) -> [String] {
        let names = lines.compactMap { line -> String? in
            for sign in ["No provider of '", "not found in package names", "Pattern '", "Product '"] {
                guard line.contains(sign) else { continue }
                if sign == "not found in package names" || !line.contains("found") { continue }
                guard let start = line.range(of: "'")?.upperBound else { continue }
                let name = String(line[start...].prefix { $0 != "'" })
                if sign == "Pattern '" { return "pattern:\(name)" }
                if sign == "Product '" { return "product:\(name)" }
                return name
            }
            return nil
        }
        return Array(Set(names)).sorted()
    }

    static func solving(_ lines: [String], request: PackageRequest) -> Failure {
        if let conflict = RpmProblem.conflict(in: lines, request) { return Failure(.buildFailed, conflict) }
        return Failure(
            .buildFailed,
            Diagnostic(
                "solver-failed", "zypper found no set of packages that fits the description",
                remedy: "look at the messages of zypper below and at the log", notes: Array(lines.suffix(5))))
    }

    /// A failure to read repositories.
    static func updating(_ lines: [String], _ repositories: [RpmRepository]) -> Failure {
        func line(_ signs: [String]) -> String? { lines.first { one in signs.contains(where: one.contains) } }
        let text = lines.joined(separator: "\n")
        let entry =
            repositories.first {
                text.contains("'\($0.alias)' is invalid") || text.contains("'\($0.id)' is invalid")
            }
            ?? repositories.first { text.contains("'\($0.alias)'") || text.contains($0.address) }
        let name = entry.map { "repository '\($0.alias)'" } ?? "a repository"
        let found: Diagnostic
        if let sign = line(["is unsigned", "is not signed"]) {
            found = RpmFailure.unsigned(name, entry, sign)
        } else if let sign = line(["Signature verification failed", "unknown key"]) {
            found = Diagnostic(
                "repository-bad-signature", at: entry?.position,
                "the signature of \(name) could not be verified",
                remedy: "correct the <signing key=\"…\"/> of its <source>", notes: [sign.trimming(" -")])
        } else {
            found = Diagnostic(
                "repository-unreachable", at: entry?.position, "\(name) cannot be read",
                remedy: "check its address and the network, or give a mirror with --mirror FROM=TO",
                notes: Array(lines.filter { !$0.isEmpty }.suffix(3)))
        }
        return Failure(.buildFailed, found)
    }
}
