import KiwiDescription
import KiwiDiagnostics

/// Problems that dnf and zypper tell in words of the same solver library.
enum RpmProblem {
    /// Names that no repository has.
    static func missing(_ names: [String], known: [String], _ request: PackageRequest) -> Failure {
        let searched = request.repositories.map {
            "\($0.stableAlias) (\(RepositoryAddress.masked($0.source.value)))"
        }
        let found = names.map { name in
            let near = nearestNames(to: name, among: known)
            let kind = kinds.first { name.hasPrefix($0.key) }
            let plain = String(name.dropFirst(kind?.key.count ?? 0))
            return Diagnostic(
                "missing-package", at: position(of: plain, request),
                "\(kind?.value ?? "package") '\(plain)' is in no repository",
                remedy: near.isEmpty
                    ? "correct the name or add a repository that has it"
                    : "write \(near.map { "'\($0)'" }.joined(separator: " or ")), or add a repository that has '\(plain)'",
                notes: ["searched: " + searched.joined(separator: ", ")])
        }
        return Failure(
            .buildFailed,
            found.sorted { ($0.position?.line ?? 0, $0.message) < ($1.position?.line ?? 0, $1.message) })
    }

    private static let kinds = [
        "@": "group", "pattern:": "pattern", "product:": "product",
        "pattern()=": "pattern", "product()=": "product",
    ]

    /// What is said about a package that may be missing.
    static func absence(of name: String, ownPackage: String) -> String {
        name == ownPackage
            ? "package '\(name)' is in no repository: the image gets no package manager, "
                + "that of this machine installs everything"
            : "package '\(name)' is in no repository; it is not needed, the boot code comes from kiwi itself"
    }

    /// A tree to go on with that rpm knows nothing about.
    static let noDatabase = Diagnostic(
        "base-image-packages", "the base image has no packages of rpm",
        remedy: "choose the <packagemanager> that the base image was made with")

    /// Where the description asks for a package, group or product.
    static func position(of name: String, _ request: PackageRequest) -> Position? {
        request.position(of: name)
            ?? [request.bootstrap, request.system].flatMap { $0.collections + $0.products }
            .first { $0.value == name }?.position
    }

    /// The first real problem among the solver's lines, in one line, with who asked for it.
    static func conflict(in lines: [String], _ request: PackageRequest) -> Diagnostic? {
        let trimmed = lines.map { $0.trimming(" -") }
        // The cause before its consequences: the solver tells both, in no order.
        let first = signs.lazy.compactMap { sign in trimmed.first { $0.contains(sign) } }.first
        guard var problem = first else { return nil }
        for prefix in ["Problem: ", "Problem 1: ", "Error: "] where problem.hasPrefix(prefix) {
            problem = String(problem.dropFirst(prefix.count))
        }
        let all =
            request.bootstrap.packages + request.system.packages + request.bootstrap.collections
            + request.system.collections
        // A word of the message that the description has too; versions follow names after a dash.
        let words = problem.split(separator: " ").map { $0.trimming("'\",()") }
        let asked = all.first { one in words.contains { $0 == one.value || isPackage($0, named: one.value) } }
        let needs =
            !problem.contains("conflicts with") && !problem.contains("obsoletes")
            && !problem.contains("cannot install both")
        return Diagnostic(
            "package-conflict", at: asked?.position, problem,
            remedy: needs
                ? "add a repository that has what is needed\(asked.map { ", or remove '\($0.value)'" } ?? "")"
                : "remove \(asked.map { "'\($0.value)'" } ?? "one of the packages") from the description",
            notes: asked.map { one in
                one.position.map { ["'\(one.value)' is asked for at \($0)"] } ?? []
            } ?? [])
    }

    /// Signs of a line that names a cause, the most telling first.
    private static let signs = [
        "nothing provides", " conflicts with ", "cannot install both", "has inferior architecture",
        "is filtered out", " obsoletes ", "none of the providers", "cannot be provided",
    ]

    /// Whether `NAME-VERSION-RELEASE.ARCH` is a package of this name.
    private static func isPackage(_ text: String, named name: String) -> Bool {
        guard text.hasPrefix(name + "-") else { return false }
        return text.dropFirst(name.count + 1).split(separator: "-").count <= 2
            && text.dropFirst(name.count + 1).first?.isNumber == true
    }
}
