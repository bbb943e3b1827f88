import KiwiDescription
import KiwiToolbox

/// What packages are called in the distribution of a tree, for messages.
struct PackageNames: Sendable {
    var architecture: Architecture
    /// Debian's names where it is nil.
    var distribution: Distribution?

    init(_ architecture: Architecture, in tree: TreeReader) {
        self.architecture = architecture
        distribution = tree.distribution
    }

    private var table: Distribution? { distribution ?? Distribution(families: ["debian"]) }

    /// The package of the usual kernel.
    var kernel: String { filledIn(table?.value("kernel-package") ?? "linux") }

    /// The packages with signed loaders for UEFI.
    func signed(for platform: LoaderPlatform) -> [String] {
        table?.lines("signed-packages").first?.map { platform.filledIn(filledIn($0)) } ?? []
    }

    /// The packages with isolinux and its modules.
    var isolinux: [String] { table?.lines("isolinux-packages").first ?? [] }

    /// The package with GRUB's modules; nil where the distribution has none.
    func loader(_ platform: LoaderPlatform) -> String? {
        table?.lines("loader-package").first { $0.first == platform.rawValue }?.last
    }

    /// The package here by Debian's name; Debian's where there is none.
    func package(_ debian: String) -> String {
        if debian.hasPrefix("linux-image-") { return kernel }
        return table?.package(debian) ?? debian
    }

    private func filledIn(_ name: String) -> String {
        name.replacing("{debian}", with: architecture.debianName)
            .replacing("{kernel}", with: architecture.debianKernel)
    }

    /// `<package name="a"/> and <package name="b"/> (Debian's names)`.
    func elements(_ names: [String]) -> String {
        let places = Set(names).count == 1 ? [names[0]] : names
        return places.map { "<package name=\"\($0)\"/>" }.joined(separator: " and ")
            + " (\(owner) \(places.count == 1 ? "name" : "names"))"
    }

    private var owner: String { (table?.title ?? "Debian") + "'s" }
}
