/// One installed package as its database describes it.
public struct InstalledPackage: Sendable, Hashable {
    public enum Format: String, Sendable, Hashable { case deb, rpm, alpm, apk }

    public var format: Format
    public var name: String
    /// Only for rpm, where it is no part of the version.
    public var epoch: String?
    /// The whole version, for rpm with its release.
    public var version: String
    public var architecture: String
    public var sourceName: String?
    public var sourceVersion: String?
    public var maintainer: String?
    public var homepage: String?
    /// Names of licenses in the words of the package, each once.
    public var licenses: [String] = []

    public init(format: Format, name: String, version: String, architecture: String) {
        self.format = format
        self.name = name
        self.version = version
        self.architecture = architecture
    }

    /// From the lines of a `.packages` file: `name|epoch|version|release|arch|disturl|license`.
    public static func list(parsing text: String) -> [InstalledPackage] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count >= 5, !fields[0].isEmpty else { return nil }
            func value(_ index: Int) -> String? {
                guard index < fields.count, !["None", "(none)", ""].contains(fields[index]) else {
                    return nil
                }
                return String(fields[index])
            }
            let release = value(3)
            let version = (value(2) ?? "") + (release.map { "-\($0)" } ?? "")
            let format: Format = value(4) == nil ? .alpm : release == nil ? .deb : .rpm
            var package = InstalledPackage(
                format: format, name: String(fields[0]), version: version, architecture: value(4) ?? "")
            package.epoch = value(1)
            package.licenses = fields[5...].count > 1 ? [fields[6...].joined(separator: "|")] : []
            package.licenses.removeAll { ["None", "(none)", ""].contains($0) }
            return package
        }
    }
}
