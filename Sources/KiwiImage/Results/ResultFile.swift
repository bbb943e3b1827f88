import KiwiDescription
import KiwiToolbox

/// One file a build publishes: an entry of `kiwi.result.json`.
public struct ResultFile: Sendable, Codable, Hashable {
    /// KIWI's key, for example `live_image`.
    public var key: String
    public var artifact: Artifact
    /// Name in the target folder.
    public var name: String
    public var compress: Bool
    public var useForBundle: Bool
    /// Whether a bundle carries a checksum file for it.
    public var shasum: Bool

    public init(
        _ key: String, _ artifact: Artifact, name: String, compress: Bool = false, useForBundle: Bool = true,
        shasum: Bool = true
    ) {
        self.key = key
        self.artifact = artifact
        self.name = name
        self.compress = compress
        self.useForBundle = useForBundle
        self.shasum = shasum
    }

    /// `NAME.ARCH-VERSION`, the stem of all result names.
    public static func stem(_ image: ResolvedImage) -> String {
        "\(image.name).\(image.architecture.resultName)-\(image.version)"
    }
}

/// The parts of `bundle_format`, kept in `kiwi.result.json` for `result bundle`.
public struct BundleFormat: Sendable, Codable, Hashable {
    public var pattern: String
    public var tags: [String: String]

    public init?(pattern: String?, image: ResolvedImage) {
        guard let pattern else { return nil }
        self.pattern = pattern
        let parts = image.version.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
        tags = [
            "N": image.name, "P": image.profiles.joined(separator: "_"), "A": image.architecture.resultName,
            "I": "", "T": image.type.image, "M": part(0), "m": part(1), "p": part(2), "v": image.version,
        ]
    }
}
