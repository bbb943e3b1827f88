import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Turns what pacman says into the first real problem.
enum PacmanFailure {
    static func missing(in lines: [String]) -> [String] {
        lines.compactMap { line in
            line.range(of: "error: target not found: ").map { String(line[$0.upperBound...]) }
        }
    }

    static func failure(_ lines: [String], request: PackageRequest?, exitCode: Int32) -> Failure {
        let told = lines.first {
            $0.contains("unable to satisfy dependency") || $0.contains("are in conflict")
                || $0.contains("exists in filesystem") || $0.contains("is corrupted")
                || $0.contains("No space left")
        }
        guard let told else {
            return Failure(
                .buildFailed,
                Diagnostic(
                    "package-failed", "pacman failed with exit code \(exitCode)",
                    remedy: "look at its messages below and at the log", notes: Array(lines.suffix(6))))
        }
        let text = told.trimming(": ")
        let words = Set(text.split(separator: " ").map { $0.trimming("'\",()") })
        let asked = request.flatMap { request in
            (request.bootstrap.packages + request.system.packages).first { words.contains($0.value) }
        }
        if text.contains("is corrupted") {
            return Failure(
                .buildFailed,
                Diagnostic(
                    "package-bad-signature", text, remedy: "correct the <signing key=\"…\"/> of its <source>",
                    notes: Array(lines.suffix(3))))
        }
        return Failure(
            .buildFailed,
            Diagnostic(
                "package-conflict", at: asked?.position, text,
                remedy: text.contains("satisfy")
                    ? "add a repository that has what is needed" : "remove one of the packages"))
    }

    static func updating(_ lines: [String], _ repositories: [PacmanRepository]) -> Failure {
        let text = lines.joined(separator: "\n")
        let entry = repositories.first { one in
            one.databases.contains {
                text.contains("'\($0).db'") || text.contains(" \($0): ") || text.contains("\($0).db")
            }
        }
        let name = entry.map { "repository '\($0.alias)'" } ?? "a repository"
        let signature =
            text.contains("signature") || text.contains("unknown trust") || text.contains("key \"")
        return Failure(
            .buildFailed,
            Diagnostic(
                signature ? "repository-bad-signature" : "repository-unreachable", at: entry?.position,
                signature ? "the signature of \(name) could not be verified" : "\(name) cannot be read",
                remedy: signature
                    ? "correct the <signing key=\"…\"/> of its <source>"
                    : "check its address and the network, or give a mirror with --mirror FROM=TO",
                notes: Array(lines.filter { $0.hasPrefix("error") }.suffix(3))))
    }
}
