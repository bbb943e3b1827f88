import KiwiDescription

/// One version of one package as apt names it.
struct AptPackageID: Hashable, Sendable {
    var name: String
    var version: String
    var architecture: String
    /// Set for packages that are not of the image's architecture.
    var foreign = false

    /// The package on apt's command line.
    var word: String { foreign ? "\(name):\(architecture)" : name }

    /// The name of the package file in apt's archives folder.
    var fileName: String { "\(name)_\(version.replacing(":", with: "%3a"))_\(architecture).deb" }

    /// The `Inst` lines of a simulation, in order: `Inst NAME (VERSION ORIGIN [ARCH]) [...]`.
    static func installed(in output: String, _ architecture: Architecture) -> [AptPackageID] {
        output.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("Inst ") else { return nil }
            let words = line.dropFirst(5).split(separator: " ")
            guard let name = words.first, let start = line.firstIndex(of: "("),
                let end = line[start...].firstIndex(of: ")")
            else { return nil }
            let inside = line[line.index(after: start)..<end]
            guard let version = inside.split(separator: " ").first, let bracket = inside.lastIndex(of: "[")
            else {
                return nil
            }
            let arch = inside[inside.index(after: bracket)...].trimming("[] ")
            return AptPackageID(
                name: String(name.prefix { $0 != ":" }), version: String(version), architecture: arch,
                foreign: arch != "all" && arch != architecture.debianName)
        }
    }
}

/// What the index says about a package file.
struct AptPackageFacts: Sendable {
    var sha256: String
    var size: Int64
    var installedSize: Int64

    /// Reads the output of `apt-cache show`. Stanzas without SHA-256 are left out.
    static func read(_ text: String) -> [AptPackageID: AptPackageFacts] {
        var found: [AptPackageID: AptPackageFacts] = [:]
        var fields: [Substring: Substring] = [:]
        func finish() {
            defer { fields = [:] }
            guard let name = fields["Package"], let version = fields["Version"],
                let architecture = fields["Architecture"], let sha256 = fields["SHA256"]
            else { return }
            let facts = AptPackageFacts(
                sha256: String(sha256), size: fields["Size"].flatMap { Int64($0) } ?? 0,
                installedSize: (fields["Installed-Size"].flatMap { Int64($0) } ?? 0) * 1024)
            for foreign in [false, true] {
                let id = AptPackageID(
                    name: String(name), version: String(version), architecture: String(architecture),
                    foreign: foreign)
                if found[id] == nil { found[id] = facts }
            }
        }
        let wanted: Set<Substring> = [
            "Package", "Version", "Architecture", "SHA256", "Size", "Installed-Size",
        ]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                finish()
            } else if line.first != " ", let colon = line.firstIndex(of: ":"), wanted.contains(line[..<colon])
            {
                fields[line[..<colon]] = line[line.index(after: colon)...].drop { $0 == " " }
            }
        }
        finish()
        return found
    }
}
