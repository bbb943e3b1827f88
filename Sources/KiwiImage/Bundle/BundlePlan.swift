import KiwiDiagnostics
import KiwiToolbox

/// What a person asks of `result bundle`.
public struct BundleRequest: Sendable, Hashable, Codable {
    public enum Compression: String, Sendable, Hashable, Codable, CaseIterable {
        case xz, zstd

        var suffix: String { self == .xz ? "xz" : "zst" }
    }

    /// Absolute paths.
    public var target: String
    public var folder: String
    public var id: String
    /// `--bundle-format`, wins over the attribute of the type.
    public var pattern: String?
    /// Where the bundle can be downloaded from; nil: no zsync files.
    public var zsyncSource: String?
    public var asRPM = false
    /// How results with the compress flag are compressed; nil: not at all.
    public var compression: Compression? = .xz
    /// `xz: options`.
    public var xzOptions = ["--threads=0"]
    /// 256 or 512.
    public var checksumSize = 256
    /// Whom the files belong to when it is not the caller.
    public var owner: CreateOptions.Owner?

    public init(target: String, folder: String, id: String) {
        self.target = target
        self.folder = folder
        self.id = id
    }
}

/// The files of a bundle, decided before anything is written. Pure.
public struct BundlePlan: Sendable, Hashable {
    public struct Item: Sendable, Hashable {
        /// Name of the result in the target folder.
        public var source: String
        /// Name in the bundle before compression.
        public var name: String
        public var compression: BundleRequest.Compression?
        /// Whether it is an image: gets a checksum file, and a zsync file if asked for.
        public var isImage: Bool

        /// The name that appears in the bundle.
        public var finalName: String { compression.map { "\(name).\($0.suffix)" } ?? name }
    }

    public var items: [Item]
    /// The package that holds the files; nil for plain files.
    public var rpm: BundleRPM?
    /// `sha256` or `sha512`: the checksum and the suffix of its files.
    public var checksum: String

    /// New names of results by old ones, for the texts that mention them.
    public var renames: [String: String] {
        Dictionary(uniqueKeysWithValues: items.filter { $0.source != $0.name }.map { ($0.source, $0.name) })
    }

    public var tools: [ToolRequirement] {
        var tools = [ToolRequirement("cp", package: "coreutils", to: "copy results")]
        for compression in BundleRequest.Compression.allCases
        where items.contains(where: { $0.compression == compression }) {
            let package = compression == .xz ? "xz-utils" : "zstd"
            tools.append(ToolRequirement(compression.rawValue, package: package, to: "compress results"))
        }
        return tools
    }

    /// - Throws: `Failure` with everything that is wrong about the names.
    public init(_ request: BundleRequest, _ list: ResultList, image: BundleImage?) throws(Failure) {
        checksum = "sha\(request.checksumSize)"
        var findings: [Diagnostic] = []
        if !ResultList.isPlain(request.id) {
            findings.append(
                Diagnostic(
                    "bundle-id", "--id must be a part of file names", remedy: "leave out '/' and line ends"))
        }
        guard let image else {
            let names = list.entries.values.map(\.name).sorted().joined(separator: ", ")
            throw Failure(
                .usage,
                Diagnostic(
                    "bundle-names", "the results are not named NAME.ARCH-VERSION: \(names)",
                    remedy: "leave the names as the build gave them"))
        }
        let format = request.pattern.map { BundleFormat(pattern: $0, tags: [:]) } ?? list.bundleFormat
        var tags = BundleFormat.tags(image)
        tags.merge(list.bundleFormat?.tags ?? [:]) { $1 }
        tags["I"] = request.id
        var base: String?
        do throws(Diagnostic) {
            base = try format.map { format throws(Diagnostic) in try Self.expand(format.pattern, tags) }
        } catch {
            findings.append(error)
        }
        items = []
        for (_, entry) in list.entries.sorted(by: { $0.key < $1.key }) where entry.useForBundle {
            let name =
                base.map { $0 + Self.ending(entry.name) }
                ?? Self.renamed(entry.name, stem: image.stem, id: request.id)
            items.append(
                Item(
                    source: entry.name, name: name,
                    compression: entry.compress ? request.compression : nil, isImage: entry.shasum))
        }
        findings += Self.problems(items)
        if request.asRPM {
            do throws(Diagnostic) {
                rpm = try BundleRPM(name: base ?? image.name, version: image.version)
            } catch {
                findings.append(error)
            }
        }
        if !findings.isEmpty { throw Failure(.usage, findings) }
    }

    private static func problems(_ items: [Item]) -> [Diagnostic] {
        if items.isEmpty {
            return [
                Diagnostic("bundle-empty", "no result is meant for a bundle", remedy: "check --target-dir")
            ]
        }
        var findings: [Diagnostic] = []
        for item in items where !ResultList.isPlain(item.finalName) {
            findings.append(
                Diagnostic(
                    "bundle-name", "the bundle name of \(item.source) is no file name",
                    remedy: "change --bundle-format or --id"))
        }
        for (name, group) in Dictionary(grouping: items, by: \.finalName).sorted(by: { $0.key < $1.key })
        where group.count > 1 {
            let sources = group.map(\.source).joined(separator: " and ")
            findings.append(
                Diagnostic(
                    "bundle-name", "\(sources) would both be named \(name)",
                    remedy: "leave --bundle-format out, so that the names stay different"))
        }
        return findings
    }

    /// `VERSION` becomes `VERSION-ID` behind the image's name.
    static func renamed(_ name: String, stem: String, id: String) -> String {
        name.hasPrefix(stem) ? "\(stem)-\(id)\(name.dropFirst(stem.count))" : name
    }

    /// Replaces `%N` and its like.
    static func expand(_ pattern: String, _ tags: [String: String]) throws(Diagnostic) -> String {
        var text = ""
        var rest = pattern[...]
        while let sign = rest.firstIndex(of: "%") {
            text += rest[..<sign]
            let place = rest.index(after: sign)
            let letter = place < rest.endIndex ? String(rest[place]) : ""
            guard "NPAITMmpv".contains(letter), !letter.isEmpty else {
                throw Diagnostic(
                    "bundle-format", "'%\(letter)' in the bundle format '\(pattern)' stands for nothing",
                    remedy:
                        "use %N name, %P profiles, %A architecture, %I id, %T type, %M %m %p version parts, %v version"
                )
            }
            guard let value = tags[letter] else {
                throw Diagnostic(
                    "bundle-format", "the results do not say what '%\(letter)' is",
                    remedy: "set bundle_format in the description, or use another placeholder")
            }
            text += value
            rest = rest[rest.index(after: place)...]
        }
        text += rest
        if text.isEmpty || !ResultList.isPlain(text) {
            throw Diagnostic("bundle-format", "the bundle format '\(pattern)' gives no file name")
        }
        return text
    }

    /// What follows the pattern, with the dot; the content of a VMDK in two files keeps its mark.
    private static func ending(_ name: String) -> String {
        name.hasSuffix("-flat.vmdk") ? "-flat.vmdk" : "." + fileExtension(name)
    }

    /// What follows the pattern: the last part of a name, more where parts belong together.
    static func fileExtension(_ name: String) -> String {
        let parts = name.split(separator: ".").map(String.init)
        var count = 1
        if [".oci.tar.", ".docker.tar.", ".vagrant."].contains(where: name.contains) {
            count = 3
        } else if [".oci.tar", ".docker.tar", ".spdx.json", ".cdx.json"].contains(
            where: name.hasSuffix) || name.contains(".tar.")
        {
            count = 2
        }
        return parts.suffix(count).joined(separator: ".")
    }
}
