import KiwiDescription
import KiwiDiagnostics

/// Turns a solver failure into the first real problem; the rest stays in the log.
struct AptSolverFailure {
    let failure: Failure

    /// - Parameter lines: what apt wrote, output first.
    init(_ lines: [String], request: PackageRequest) {
        if let conflict = Self.conflict(in: lines, request) {
            self.failure = Failure(.buildFailed, conflict)
            return
        }
        let errors = lines.filter { $0.hasPrefix("E:") }
        self.failure = Failure(
            .buildFailed,
            Diagnostic(
                "solver-failed", "apt found no set of packages that fits the description",
                remedy: "look at the messages of apt below and at the log",
                notes: Array((errors.isEmpty ? lines : errors).suffix(5))))
    }

    /// Names in `Unable to locate package X` and `Package 'X' has no installation candidate`.
    static func missing(in lines: [String]) -> [String] {
        lines.compactMap { line in
            guard line.hasPrefix("E:") else { return nil }
            if let range = line.range(of: "Unable to locate package ") {
                return line[range.upperBound...].trimming(" '\r")
            }
            if line.contains("has no installation candidate"), let start = line.firstIndex(of: "'") {
                return String(line[line.index(after: start)...].prefix { $0 != "'" })
            }
            return nil
        }
    }

    /// The first block below "unmet dependencies": ` NAME : Depends: OTHER ... but ...`.
    private static func conflict(in lines: [String], _ request: PackageRequest) -> Diagnostic? {
        guard let start = lines.firstIndex(where: { $0.contains("unmet dependencies") }) else { return nil }
        let block = lines[(start + 1)...].prefix { $0.first == " " }
        guard let first = block.first, let colon = first.range(of: " : ") else { return nil }
        let name = first[..<colon.lowerBound].trimming(" ")
        let problem = first[colon.upperBound...].trimming(" ")
        let words = problem.split(separator: " ").map { $0.trimming("():,") }
        let other = words.dropFirst().first
        var notes = block.dropFirst().prefix(3).map { $0.trimming(" ") }
        if let other, let place = request.position(of: other) {
            notes.insert("'\(other)' is asked for at \(place)", at: 0)
        }
        let place = request.position(of: name) ?? other.flatMap { request.position(of: $0) }
        let conflicting = problem.hasPrefix("Conflicts:") || problem.hasPrefix("Breaks:")
        return Diagnostic(
            "package-conflict", at: place, "package '\(name)' cannot be installed: \(problem)",
            remedy: conflicting
                ? "remove '\(name)' or '\(other ?? "the other package")' from the description"
                : "add a repository that has '\(other ?? "it")' in the version asked for, or remove '\(name)'",
            notes: Array(notes))
    }
}
