import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Turns what dnf says into the first real problem; the rest stays in the log.
enum DnfFailure {
    /// Names that no repository has; groups with `@`.
    struct Missing: Error { var names: [String] }

    static func solving(_ lines: [String], request: PackageRequest) -> any Error {
        let names = missing(in: lines)
        if !names.isEmpty { return Missing(names: names) }
        if let conflict = RpmProblem.conflict(in: lines, request) { return Failure(.buildFailed, conflict) }
        let errors = lines.filter { $0.hasPrefix("Error:") }
        return Failure(
            .buildFailed,
            Diagnostic(
                "solver-failed", "dnf found no set of packages that fits the description",
                remedy: "look at the messages of dnf below and at the log",
                notes: Array((errors.isEmpty ? lines : errors).suffix(5))))
    }

    static func missing(in lines: [String]) -> [String] {
        var names: [String] = []
        for line in lines {
            if let range = line.range(of: "No match for argument: ") {
                names.append(line[range.upperBound...].trimming(" \r"))
            } else if line.hasPrefix("Module or Group '"), line.contains("is not available") {
                names.append("@" + line.dropFirst("Module or Group '".count).prefix { $0 != "'" })
            } else if line.hasPrefix("Module or Group '"), line.contains("does not exist") {
                names.append("@" + line.dropFirst("Module or Group '".count).prefix { $0 != "'" })
            }
        }
        return Array(Set(names)).sorted()
    }

    /// A failure to read repositories.
    static func updating(_ failure: ToolFailure, _ repositories: [RpmRepository]) -> Failure {
        Failure(.buildFailed, repositoryProblem(failure.lastLines, repositories))
    }

    static func repositoryProblem(_ lines: [String], _ repositories: [RpmRepository]) -> Diagnostic {
        let line = lines.last { $0.hasPrefix("Error:") } ?? lines.last ?? ""
        let entry = repositories.first { line.contains("'\($0.id)'") || line.contains($0.address) }
        let name = entry.map { "repository '\($0.alias)'" } ?? "a repository"
        let text = lines.joined(separator: "\n")
        if text.contains("GPG signature is not available") {
            return RpmFailure.unsigned(name, entry, line)
        }
        if text.contains("GPG signature verification error") || text.contains("Bad GPG signature")
            || text.contains("repomd.xml.asc") && text.contains("GPG")
        {
            return Diagnostic(
                "repository-bad-signature", at: entry?.position,
                "the signature of \(name) could not be verified",
                remedy: "correct the <signing key=\"…\"/> of its <source>", notes: [line])
        }
        if text.contains("repomd.xml.asc") {
            return RpmFailure.unsigned(name, entry, line)
        }
        for code in ["401", "403"] where text.contains("Status code: \(code)") {
            return Diagnostic(
                "repository-refused", at: entry?.position,
                "\(name): the server answered \(code)\(entry?.login.map { " to user '\($0.user)'" } ?? "")",
                remedy: "check username and password of the <repository>", notes: [line])
        }
        return Diagnostic(
            "repository-unreachable", at: entry?.position, "\(name) cannot be read",
            remedy: "check its address and the network, or give a mirror with --mirror FROM=TO", notes: [line]
        )
    }
}
