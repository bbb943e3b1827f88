import KiwiToolbox

/// What the release files of a lists folder say.
struct AptReleases: Sendable {
    /// Identifies the state of all repositories.
    var digest: Digest
    /// Newest `Date`, seconds since 1970.
    var newest: Int64?

    init(lists: String) throws {
        let names = LocalFile.list(lists)
        let releases = names.filter { $0.hasSuffix("_InRelease") || $0.hasSuffix("_Release") }
        let covered = Set(releases.map(Self.stem))
        // A repository without release file is identified by its indexes.
        let others = names.filter { name in
            name.hasSuffix("_Packages") && !covered.contains { name.hasPrefix($0) }
        }
        var parts: [String] = []
        for name in (releases + others).sorted() {
            parts += [name, try Digest(ofFile: "\(lists)/\(name)").hex]
        }
        digest = Digest(ofParts: parts)
        newest = try releases.compactMap { name in
            let text = String(
                decoding: try LocalFile.readBytes("\(lists)/\(name)", limit: 8192), as: UTF8.self)
            let line = text.split(separator: "\n").first { $0.hasPrefix("Date:") }
            return line.flatMap { Self.seconds(ofDate: $0.dropFirst("Date:".count).trimming(" \r")) }
        }.max()
    }

    /// The architectures that the release files name, in their order; empty where none does.
    static func architectures(lists: String) -> [String] {
        var found: [String] = []
        for name in LocalFile.list(lists) where name.hasSuffix("_InRelease") || name.hasSuffix("_Release") {
            let text = String(
                decoding: (try? LocalFile.readBytes("\(lists)/\(name)", limit: 8192)) ?? [], as: UTF8.self)
            let line = text.split(separator: "\n").first { $0.hasPrefix("Architectures:") }
            for word in line?.dropFirst("Architectures:".count).split(separator: " ") ?? []
            where !found.contains(String(word)) {
                found.append(String(word))
            }
        }
        return found
    }

    private static func stem(_ name: String) -> String {
        let ending = name.hasSuffix("_InRelease") ? "InRelease" : "Release"
        return String(name.dropLast(ending.count))
    }

    /// Reads `Sat, 11 Jan 2025 09:59:02 UTC`.
    static func seconds(ofDate text: String) -> Int64? {
        let words = text.split(separator: " ").map(String.init)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count >= 5, let day = Int64(words[1]), let month = months.firstIndex(of: words[2]),
            let year = Int64(words[3])
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3 else { return nil }
        // Days since 1970 of a date of the Gregorian calendar, counting years from March.
        let shifted = Int64(month) < 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((Int64(month) + 10) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return days * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }
}
