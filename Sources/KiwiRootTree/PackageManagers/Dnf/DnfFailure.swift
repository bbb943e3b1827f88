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
            return unsigned(name, entry, line)
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
            return unsigned(name, entry, line)
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

    static func unsigned(_ name: String, _ entry: RpmRepository?, _ line: String) -> Diagnostic {
        Diagnostic(
            "repository-unsigned", at: entry?.position, "\(name) is not signed",
            remedy: "sign it, or accept it unverified with repository_gpgcheck=\"false\"", notes: [line])
    }

    /// A failure to fetch or to install.
    static func installing(_ failure: ToolFailure, tree: String?, request: String = "dnf") -> Failure {
        let lines = failure.lastLines
        func first(_ signs: [String]) -> String? {
            lines.first { line in signs.contains(where: line.contains) }
        }
        if let full = first(["No space left on device", "needs more space", "more space needed"]) {
            return Failure(
                .buildFailed,
                Diagnostic(
                    "disk-full", "there is no space left for the packages",
                    remedy: "free space, or use another target and cache folder, or --no-tmpfs", notes: [full]
                ))
        }
        if let line = first([
            "GPG check FAILED", "Public key for", "is not signed", "not correct", "SIGNATURES NOT OK",
            "Signature verification failed", "digest: BAD",
        ]) {
            return Failure(
                .buildFailed,
                Diagnostic(
                    "package-bad-signature",
                    "a package has no valid signature of a key that the description gives: \(line.trimming(" "))",
                    remedy:
                        "correct the <signing key=\"…\"/> of its <source>, or set package_gpgcheck=\"false\"",
                    notes: Array(lines.suffix(4))))
        }
        if let line = first(["scriptlet failed", "script failed", ": install failed"]) {
            return Failure(
                .buildFailed,
                Diagnostic(
                    "package-script-failed", "a script of a package failed: \(line.trimming(" "))",
                    remedy: tree.map { "enter the tree with `kiwi system shell --root \($0)`" }
                        ?? "look at the log",
                    notes: Array(lines.suffix(8))))
        }
        // dnf's last table: what was not installed stands below this word.
        if let start = lines.lastIndex(where: { $0.hasPrefix("Failed:") }), start + 1 < lines.count {
            return Failure(
                .buildFailed,
                Diagnostic(
                    "package-failed", "packages could not be installed: \(lines[start + 1].trimming(" "))",
                    remedy: "look in the log for the messages of their scripts", notes: Array(lines.suffix(8))
                ))
        }
        if let line = first(["Error downloading packages", "Cannot download", "No more mirrors"]) {
            return Failure(
                .buildFailed,
                Diagnostic(
                    "download-failed", "packages could not be downloaded",
                    remedy: "check the network and run the build again: finished downloads are kept",
                    notes: [line] + lines.suffix(3)))
        }
        return Failure(
            .buildFailed,
            Diagnostic(
                "package-failed", "\(request) failed with exit code \(failure.exitCode)",
                remedy: "look at its messages below and at the log", notes: Array(lines.suffix(8))))
    }
}
