/// Which distribution a machine or a tree is, from its `os-release`.
public struct OSRelease: Sendable, Hashable {
    /// `ID`, for example `debian`.
    public var id: String
    /// `VERSION_ID`, for example `12`; nil for a distribution without versions.
    public var version: String?
    /// `VERSION_CODENAME`, for example `bookworm`.
    public var codename: String?
    /// `ID` and what `ID_LIKE` says it descends from.
    public var families: [String]

    public init(id: String, version: String? = nil, codename: String? = nil, like: [String] = []) {
        self.id = id
        families = [id] + like
        self.version = version
        self.codename = codename
    }

    /// - Returns: nil when the text names no distribution.
    public init?(parsing text: String) {
        var values: [Substring: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = Self.unquoted(parts[1]) }
        }
        guard let id = values["ID"], !id.isEmpty else { return nil }
        self.init(
            id: id, version: values["VERSION_ID"], codename: values["VERSION_CODENAME"],
            like: (values["ID_LIKE"] ?? "").split(separator: " ").map(String.init))
    }

    private static func unquoted(_ word: Substring) -> String {
        var word = word
        while let last = word.last, "\"' ".contains(last) { word.removeLast() }
        return String(word.drop { "\"' ".contains($0) })
    }

    /// - Returns: nil when the tree does not say which distribution it is.
    public static func read(in tree: RootTree) -> OSRelease? {
        for place in ["/etc/os-release", "/usr/lib/os-release"] {
            guard let path = try? tree.resolve(place, followLast: true), FileSystem.isRegularFile(path),
                let text = try? FileSystem.readText(path, limit: 1 << 16)
            else { continue }
            return OSRelease(parsing: text)
        }
        return nil
    }
}
