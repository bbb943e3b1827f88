/// The table in which dnf 5 shows what it is going to do.
enum DnfTable {
    struct Row: Sendable, Hashable {
        var name: String
        var architecture: String
        /// `EPOCH:VERSION-RELEASE`, without an epoch of 0.
        var edition: String
        /// Identifier of the repository.
        var repository: String
        /// Whether somebody asked for it by name or group.
        var isRequested: Bool
    }

    private static let sections = [
        "Installing:": true, "Installing group/module packages:": true, "Installing dependencies:": false,
        "Installing weak dependencies:": false, "Upgrading:": false, "Downgrading:": false,
        "Reinstalling:": false,
    ]

    /// - Returns: nil when there is none: dnf failed.
    static func read(_ lines: [String]) -> [Row]? {
        if lines.contains("Nothing to do.") { return [] }
        guard lines.contains("Transaction Summary:") else { return nil }
        var rows: [Row] = []
        var isRequested: Bool?
        for line in lines {
            if line == "Transaction Summary:" { break }
            guard line.hasPrefix(" ") else {
                isRequested = sections[line]
                continue
            }
            let words = line.split(separator: " ").map(String.init)
            // Below an update stands what it replaces.
            guard let isRequested, words.count >= 5, words[0] != "replacing" else { continue }
            let edition = words[2].hasPrefix("0:") ? String(words[2].dropFirst(2)) : words[2]
            rows.append(
                Row(
                    name: words[0], architecture: words[1], edition: edition, repository: words[3],
                    isRequested: isRequested))
        }
        return rows
    }
}
