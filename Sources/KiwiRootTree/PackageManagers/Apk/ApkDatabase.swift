import KiwiToolbox

/// The packages of a tree as apk's database lists them: blocks of `LETTER:VALUE` lines.
struct ApkDatabase: Sendable {
    static let file = "/lib/apk/db/installed"

    struct Entry: Sendable, Hashable {
        var fields: [Character: String] = [:]

        var name: String { fields["P"] ?? "" }
        /// With its release: `1.36.1-r5`.
        var version: String { fields["V"] ?? "" }
        var architecture: String { fields["A"] ?? "" }
    }

    let entries: [Entry]

    init(_ text: String) {
        entries = text.split(separator: "\n\n").map { block in
            var entry = Entry()
            for line in block.split(separator: "\n") {
                guard let letter = line.first, line.dropFirst().first == ":" else { continue }
                // Files and their folders follow; only the first of a letter is the package's.
                if entry.fields[letter] == nil { entry.fields[letter] = String(line.dropFirst(2)) }
            }
            return entry
        }.filter { !$0.name.isEmpty }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// - Returns: nil for a tree without packages of apk.
    init?(of tree: RootTree) throws {
        for place in [Self.file, "/usr\(Self.file)"] {
            if let text = LocalFile.readIfPresent(try tree.resolve(place, followLast: true)) {
                self.init(text)
                return
            }
        }
        return nil
    }

    /// Lines `name|epoch|version|release|arch|disturl|license`.
    var list: String {
        entries.map { entry in
            let cut = entry.version.range(of: "-r", options: .backwards)
            let version = cut.map { String(entry.version[..<$0.lowerBound]) } ?? entry.version
            let release = cut.map { String(entry.version[$0.lowerBound...].dropFirst()) } ?? "None"
            return
                "\(entry.name)|None|\(version)|\(release)|\(entry.architecture)|None|\(entry.fields["L"] ?? "None")\n"
        }.joined()
    }

    var packages: [InstalledPackage] {
        entries.map { entry in
            var package = InstalledPackage(
                format: .apk, name: entry.name, version: entry.version, architecture: entry.architecture)
            package.sourceName = entry.fields["o"]
            package.sourceVersion = entry.fields["o"].map { _ in entry.version }
            package.maintainer = entry.fields["m"]
            package.homepage = entry.fields["U"]
            package.licenses = [entry.fields["L"]].compactMap { $0 }
            return package
        }
    }
}
