extension HostAptConfiguration {
    /// Reads a `.list` file: one entry a line, `deb [options] URI suite [components]`.
    static func entries(fromList text: String) -> [Entry] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let line = line.prefix { $0 != "#" }
            var words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let type = words.first, type == "deb" || type == "deb-src" else { return nil }
            words.removeFirst()
            var options: [String: String] = [:]
            if words.first?.hasPrefix("[") == true {
                var inside: [String] = []
                while let word = words.first {
                    words.removeFirst()
                    inside.append(word)
                    if word.hasSuffix("]") { break }
                }
                for option in inside.joined(separator: " ").trimming("[] ").split(separator: " ") {
                    let parts = option.split(separator: "=", maxSplits: 1)
                    if parts.count == 2 { options[parts[0].lowercased()] = String(parts[1]) }
                }
            }
            guard words.count >= 2 else { return nil }
            return Entry(
                types: [type], addresses: [words[0]], suites: [words[1]],
                components: Array(words.dropFirst(2)),
                architectures: options["arch"].map { $0.split(separator: ",").map(String.init) } ?? [],
                keys: options["signed-by"].map { .files($0.split(separator: ",").map(String.init)) })
        }
    }

    /// Reads a `.sources` file: deb822 stanzas.
    static func entries(fromDeb822 text: String) -> [Entry] {
        Deb822.stanzas(of: text).compactMap { stanza in
            if ["no", "false", "0", "off"].contains(stanza["enabled"]?.lowercased() ?? "yes") { return nil }
            func words(_ name: String) -> [String] {
                (stanza[name] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
            }
            guard !words("uris").isEmpty, !words("suites").isEmpty else { return nil }
            var keys: Entry.Keys?
            if let signedBy = stanza["signed-by"] {
                keys =
                    signedBy.contains("-----BEGIN")
                    ? .inline(Deb822.unfolded(signedBy)) : .files(words("signed-by"))
            }
            return Entry(
                types: words("types"), addresses: words("uris"), suites: words("suites"),
                components: words("components"), architectures: words("architectures"), keys: keys)
        }
    }

    /// The name apt gives a release file in its lists folder, without the ending.
    static func listName(address: String, suite: String) -> String {
        var text = address
        if let mark = text.range(of: "://") { text = String(text[mark.upperBound...]) }
        while text.hasSuffix("/") { text.removeLast() }
        return (text + "/dists/" + suite).replacing("/", with: "_")
    }
}

/// The paragraph format of Debian's control files.
enum Deb822 {
    /// Stanzas as dictionaries; field names in lower case, continuation lines kept with their newline.
    static func stanzas(of text: String) -> [[String: String]] {
        var stanzas: [[String: String]] = []
        var current: [String: String] = [:]
        var field = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#") { continue }
            if line.allSatisfy(\.isWhitespace) {
                if !current.isEmpty { stanzas.append(current) }
                current = [:]
                field = ""
            } else if line.first == " " || line.first == "\t" {
                if !field.isEmpty { current[field]? += "\n" + line.dropFirst() }
            } else if let colon = line.firstIndex(of: ":") {
                field = line[..<colon].lowercased()
                current[field] = String(line[line.index(after: colon)...]).trimming(" \t\r")
            }
        }
        if !current.isEmpty { stanzas.append(current) }
        return stanzas
    }

    /// A multi-line value as the text it stands for: a lone `.` is an empty line.
    static func unfolded(_ value: String) -> String {
        value.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { $0.isEmpty }
            .map { $0 == "." ? "" : String($0) }
            .joined(separator: "\n") + "\n"
    }
}

extension StringProtocol {
    /// Without the given characters at both ends.
    func trimming(_ characters: String) -> String {
        var text = Substring(self)
        while let first = text.first, characters.contains(first) { text.removeFirst() }
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}
