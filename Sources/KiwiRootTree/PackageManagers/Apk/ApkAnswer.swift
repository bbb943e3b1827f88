/// What apk says, line by line.
enum ApkAnswer {
    struct Package: Sendable, Hashable {
        var name: String
        var version: String
    }

    /// Lines `(1/12) Installing NAME (VERSION)` and `(1/12) Upgrading NAME (OLD -> VERSION)`.
    static func packages(_ text: String) -> [Package] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 4, words[0].hasPrefix("("), words[0].hasSuffix(")"),
                ["Installing", "Upgrading", "Downgrading", "Replacing"].contains(words[1]),
                let version = words.last, version.hasSuffix(")")
            else { return nil }
            return Package(name: String(words[2]), version: version.trimming("()"))
        }
    }

    /// Names that no repository has: lines `NAME (no such package):`.
    static func missing(_ lines: [String]) -> [String] {
        lines.compactMap { line in
            line.range(of: " (no such package)").map { line[..<$0.lowerBound].trimming(" ") }
        }
    }

    static func isProgress(_ line: String) -> Bool { line.contains(") Installing ") }
}
