import KiwiDiagnostics

/// `--mirror FROM=TO`: for this build, repository addresses that begin with `from` begin with `to`.
public struct MirrorRule: Codable, Sendable, Hashable {
    public var from: String
    /// May be `buildhost:`.
    public var to: String

    public init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    /// Reads `FROM=TO`.
    /// - Throws: `Failure` (usage) when one side is missing.
    public init(parsing text: String) throws(Failure) {
        // The first '=' that is followed by something that looks like an address divides the two.
        var cut: String.Index?
        for index in text.indices where text[index] == "=" {
            let rest = text[text.index(after: index)...]
            if rest.contains("://") || rest.hasPrefix("/") || rest.hasPrefix("buildhost:")
                || rest.hasPrefix("file:")
            {
                cut = index
                break
            }
        }
        guard let cut, cut != text.startIndex else {
            throw Failure(
                .usage,
                Diagnostic(
                    "bad-mirror", "'\(RepositoryAddress.masked(text))' is not a mirror rule",
                    remedy: "write --mirror FROM=TO, for example --mirror buildhost:=file:/srv/mirror"))
        }
        from = String(text[..<cut])
        to = String(text[text.index(after: cut)...])
    }

    /// The address after the first rule that fits; rules are tried in order.
    static func rewrite(_ address: String, by rules: [MirrorRule]) -> String {
        for rule in rules where address.hasPrefix(rule.from) {
            let rest = address.dropFirst(rule.from.count)
            if rule.to.hasPrefix("buildhost:") { return "buildhost:" }
            if rest.isEmpty { return rule.to }
            let joint =
                rule.to.hasSuffix("/") || rest.hasPrefix("/") || rule.from.hasSuffix(rule.to.suffix(1))
            return rule.to + (joint ? "" : "/")
                + (rule.to.hasSuffix("/") && rest.hasPrefix("/") ? rest.dropFirst() : rest)
        }
        return address
    }
}
