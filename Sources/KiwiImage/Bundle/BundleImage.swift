import Foundation
import KiwiDescription
import KiwiToolbox

/// What the names in a bundle are made of.
public struct BundleImage: Sendable, Hashable, Codable {
    public var name: String
    public var version: String
    public var architecture: String
    /// Nil when only the file names are known.
    public var type: String?
    public var profiles: [String]?

    /// `NAME.ARCH-VERSION`, how the names of all results start.
    public var stem: String { "\(name).\(architecture)-\(version)" }

    public init(
        name: String, version: String, architecture: String, type: String? = nil, profiles: [String]? = nil
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.type = type
        self.profiles = profiles
    }

    /// From the list's own tags, else a manifest, else the file names.
    public init?(_ list: ResultList, in folder: String) {
        if let tags = list.bundleFormat?.tags, let name = tags["N"], let version = tags["v"],
            let architecture = tags["A"]
        {
            self.init(
                name: name, version: version, architecture: architecture, type: tags["T"],
                profiles: tags["P"].map { $0.isEmpty ? [] : [$0] })
            return
        }
        let names = list.entries.sorted { $0.key < $1.key }.map(\.value.name)
        if let manifest = ManifestFile.find(in: folder, naming: names) {
            self = manifest.image
            return
        }
        guard let stem = Self.stem(ofNames: names) else { return nil }
        self.init(stem: stem)
    }

    /// Cuts `NAME.ARCH-VERSION` at the last architecture in it.
    init?(stem: String) {
        let marks = Architecture.resultNames.compactMap { architecture -> (Range<String.Index>, String)? in
            stem.range(of: ".\(architecture)-", options: .backwards).map { ($0, architecture) }
        }
        guard let (mark, architecture) = marks.max(by: { $0.0.lowerBound < $1.0.lowerBound }),
            mark.lowerBound > stem.startIndex
        else { return nil }
        self.init(
            name: String(stem[..<mark.lowerBound]), version: String(stem[mark.upperBound...]),
            architecture: architecture)
    }

    /// The package list is named `STEM.packages`; without one, what all names have in common up to
    /// the first part that is no number.
    static func stem(ofNames names: [String]) -> String? {
        for name in names where name.hasSuffix(".packages") { return String(name.dropLast(9)) }
        for name in names {
            guard let image = BundleImage(stem: name) else { continue }
            let parts = image.version.split(separator: ".", omittingEmptySubsequences: false)
            let numbers = parts.prefix { $0.first?.isNumber ?? false }.joined(separator: ".")
            // A dash starts what follows the version, as in `1.2.3-KERNEL.kernel`.
            return "\(image.name).\(image.architecture)-\(numbers.prefix { $0 != "-" })"
        }
        return nil
    }
}
