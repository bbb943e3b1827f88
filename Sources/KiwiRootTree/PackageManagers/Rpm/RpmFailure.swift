import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Failures that dnf and zypper tell in the same words.
enum RpmFailure {
    static func unsigned(_ name: String, _ entry: RpmRepository?, _ line: String) -> Diagnostic {
        Diagnostic(
            "repository-unsigned", at: entry?.position, "\(name) is not signed",
            remedy: "sign it, or accept it unverified with repository_gpgcheck=\"false\"", notes: [line])
    }

    /// A failure to fetch or to install.
    static func installing(_ failure: ToolFailure, tree: String?, tool: String) -> Failure {
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
                "package-failed", "\(tool) failed with exit code \(failure.exitCode)",
                remedy: "look at its messages below and at the log", notes: Array(lines.suffix(8))))
    }
}
