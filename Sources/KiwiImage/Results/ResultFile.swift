import KiwiDescription
import KiwiToolbox

/// One file a build publishes: an entry of `kiwi.result.json`.
public struct ResultFile: Sendable, Codable, Hashable {
    /// KIWI's key, for example `live_image`.
    public var key: String
    public var artifact: Artifact
    /// Name in the target folder; ``kernelVersion`` in it stands for what is known later.
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

    /// In names: the version of the tree's kernel.
    static let kernelVersion = "{kernel}"

    func name(kernel: String) -> String { name.replacing(Self.kernelVersion, with: kernel) }

    /// `NAME.ARCH-VERSION`, the stem of all result names.
    /// - Parameter name: instead of the image's own.
    public static func stem(_ image: ResolvedImage, name: String? = nil) -> String {
        "\(name ?? image.name).\(image.architecture.resultName)-\(image.version)"
    }
}

/// The parts of `bundle_format`, kept in `kiwi.result.json` for `result bundle`.
public struct BundleFormat: Sendable, Codable, Hashable {
    public var pattern: String
    public var tags: [String: String]

    public init(pattern: String, tags: [String: String]) {
        self.pattern = pattern
        self.tags = tags
    }

    public init?(pattern: String?, image: ResolvedImage) {
        guard let pattern else { return nil }
        self.init(
            pattern: pattern,
            tags: Self.tags(
                BundleImage(
                    name: image.name, version: image.version, architecture: image.architecture.resultName,
                    type: image.type.image, profiles: image.profiles)))
    }

    /// What the placeholders stand for; those that are not known are missing.
    public static func tags(_ image: BundleImage) -> [String: String] {
        let parts = image.version.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
        var tags = [
            "N": image.name, "A": image.architecture, "I": "", "M": part(0), "m": part(1), "p": part(2),
            "v": image.version,
        ]
        tags["T"] = image.type
        tags["P"] = image.profiles?.joined(separator: "_")
        return tags
    }
}
