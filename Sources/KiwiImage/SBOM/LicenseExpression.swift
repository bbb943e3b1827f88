/// License names of packages as SPDX license expressions. Pure.
enum LicenseExpression {
    /// All names joined with AND; nil when there is none or one that SPDX does not know.
    static func of(_ names: [String]) -> String? {
        guard !names.isEmpty else { return nil }
        var parts: [String] = []
        for name in names {
            guard let part = expression(name) else { return nil }
            if !parts.contains(part) { parts.append(part) }
        }
        guard parts.count > 1 else { return parts[0] }
        return parts.map { $0.contains(" ") ? "(\($0))" : $0 }.joined(separator: " AND ")
    }

    /// One name of a package: an identifier, or some joined with `and` or `or`.
    private static func expression(_ name: String) -> String? {
        for word in ["or", "and"] {
            let alternatives = name.replacing(", \(word) ", with: " \(word) ").split(separator: " \(word) ")
            guard alternatives.count > 1 else { continue }
            let known = alternatives.compactMap { identifier(String($0)) }
            return known.count == alternatives.count ? known.joined(separator: " \(word.uppercased()) ") : nil
        }
        return identifier(name)
    }

    /// The SPDX identifier of one license in Debian's or SPDX's words.
    static func identifier(_ name: String) -> String? {
        let lower = name.lowercased()
        if let known = identifiers[lower] { return known }
        for (family, versions) in gnu where lower.hasPrefix("\(family.lowercased())-") {
            var version = lower.dropFirst(family.count + 1)
            let later = version.hasSuffix("+") || version.hasSuffix("-or-later")
            if version.hasSuffix("+") { version = version.dropLast() }
            for end in ["-or-later", "-only"] where version.hasSuffix(end) {
                version = version.dropLast(end.count)
            }
            let full = version.contains(".") ? String(version) : "\(version).0"
            return versions.contains(full) ? "\(family)-\(full)-\(later ? "or-later" : "only")" : nil
        }
        return nil
    }

    private static let gnu: [(String, [String])] = [
        ("GPL", ["1.0", "2.0", "3.0"]), ("LGPL", ["2.0", "2.1", "3.0"]), ("AGPL", ["3.0"]),
        ("GFDL", ["1.1", "1.2", "1.3"]),
    ]

    private static let identifiers: [String: String] = {
        var table = [
            "expat": "MIT", "x11": "X11", "bsd-4-clause-uc": "BSD-4-Clause-UC", "zlib/libpng": "Zlib",
        ]
        for name in [
            "0BSD", "AFL-2.1", "Apache-1.1", "Apache-2.0", "Artistic-2.0", "BSD-1-Clause", "BSD-2-Clause",
            "BSD-3-Clause", "BSD-4-Clause", "BSL-1.0", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-3.0",
            "CC-BY-SA-4.0", "CC0-1.0", "CDDL-1.0", "EPL-1.0", "EPL-2.0", "FSFAP", "FSFUL", "FSFULLR", "HPND",
            "ICU", "IJG", "ISC", "MIT", "MIT-0", "MPL-1.1", "MPL-2.0", "MS-PL", "NCSA", "OFL-1.1",
            "OLDAP-2.8",
            "OpenSSL", "PSF-2.0", "Python-2.0", "SGI-B-2.0", "SISSL", "TCL", "Unicode-DFS-2016", "Unlicense",
            "Vim", "WTFPL", "Zlib", "bzip2-1.0.6", "curl", "libtiff",
        ] { table[name.lowercased()] = name }
        return table
    }()
}
