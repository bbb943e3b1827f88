/// What zypper's XML output says, read line by line: zypper writes one element a line.
struct ZypperAnswer: Sendable, Hashable {
    struct Package: Sendable, Hashable {
        var name: String
        /// `EPOCH:VERSION-RELEASE`, without an epoch of 0.
        var edition: String
        var architecture: String
        /// Alias of its repository.
        var repository: String

        /// As zypper and its users write it exactly.
        var word: String { "\(name).\(architecture)=\(edition)" }
    }

    /// Packages to install or to update.
    var packages: [Package] = []
    /// The texts of messages and of problems, without markup.
    var lines: [String] = []

    init(_ xml: String) {
        var changes = false
        for line in xml.split(separator: "\n") {
            let text = Self.plain(line)
            if !text.isEmpty { lines.append(text) }
            if line.hasPrefix("<to-") {
                changes = ["<to-install", "<to-upgrade", "<to-downgrade", "<to-reinstall", "<to-change"]
                    .contains {
                        line.hasPrefix($0)
                    }
            } else if changes, line.hasPrefix("<solvable "), Self.value("type", line) == "package" {
                packages.append(
                    Package(
                        name: Self.value("name", line), edition: Self.value("edition", line),
                        architecture: Self.value("arch", line), repository: Self.value("repository", line)))
            }
        }
    }

    static func value(_ attribute: String, _ line: Substring) -> String {
        guard let start = line.range(of: " \(attribute)=\"")?.upperBound else { return "" }
        return unescaped(String(line[start...].prefix { $0 != "\"" }))
    }

    private static func plain(_ line: Substring) -> String {
        var text = ""
        var inside = false
        for character in line {
            if character == "<" {
                inside = true
            } else if character == ">" {
                inside = false
            } else if !inside {
                text.append(character)
            }
        }
        return unescaped(text).trimming(" \r\t")
    }

    static func unescaped(_ text: String) -> String {
        text.replacing("&quot;", with: "\"").replacing("&apos;", with: "'").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
}
