import KiwiToolbox

/// The `desc` of a package in a database of pacman.
struct PacmanEntry: Sendable, Hashable {
    var fields: [String: [String]] = [:]

    var name: String { fields["NAME"]?.first ?? "" }
    var version: String { fields["VERSION"]?.first ?? "" }
    var architecture: String { fields["ARCH"]?.first ?? "any" }
    func number(_ field: String) -> Int64 { fields[field]?.first.flatMap { Int64($0) } ?? 0 }

    /// Reads blocks that begin with `%FILENAME%` or `%NAME%`: one file, or all files of a database in a row.
    static func read(_ text: String) -> [PacmanEntry] {
        var entries: [PacmanEntry] = []
        var entry = PacmanEntry()
        var field = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            if line.hasPrefix("%"), line.hasSuffix("%"), line.count > 2 {
                field = String(line.dropFirst().dropLast())
                if field == "FILENAME" || field == "NAME" && entry.fields["NAME"] != nil,
                    !entry.fields.isEmpty
                {
                    entries.append(entry)
                    entry = PacmanEntry()
                }
                entry.fields[field] = []
            } else {
                entry.fields[field, default: []].append(String(line))
            }
        }
        if !entry.fields.isEmpty { entries.append(entry) }
        return entries.filter { !$0.name.isEmpty }
    }

    /// The text of a `desc` of an installed package with another time of its installation.
    ///
    /// - Parameter latest: nothing may be later, seconds since 1970.
    static func settled(_ text: String, latest: Int64) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for index in lines.indices.dropLast() where lines[index] == "%INSTALLDATE%" {
            if let time = Int64(lines[index + 1]), time > latest { lines[index + 1] = "\(latest)" }
        }
        return lines.joined(separator: "\n")
    }

    /// What a tree has, sorted by name.
    static func installed(in tree: RootTree) throws -> [PacmanEntry] {
        let folder = try tree.resolve("\(PacmanCalls.database)/local")
        return LocalFile.list(folder).compactMap { LocalFile.readIfPresent("\(folder)/\($0)/desc") }
            .flatMap(read).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
