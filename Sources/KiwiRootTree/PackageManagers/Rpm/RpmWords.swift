/// A request in the words of a command line: the same for dnf and zypper but for two prefixes.
struct RpmWords: Sendable, Hashable, Codable {
    struct Selection: Sendable, Hashable, Codable {
        /// Packages, then groups, then products.
        var words: [String] = []
        var excluded: [String] = []
        /// `plusRecommended`.
        var recommends = false
    }

    var bootstrap = Selection()
    /// What is installed into a bootstrapped tree.
    var system = Selection()
    var upgradesAll = false
    var disabledModules: [String] = []
    var enabledModules: [String] = []

    /// How groups of packages are written: `@` or `pattern:`, and products: nil or `product:`.
    struct Style: Sendable, Hashable {
        var collection: String
        var product: String?

        static let dnf = Style(collection: "@", product: nil)
        static let zypper = Style(collection: "pattern:", product: "product:")
    }

    init(_ request: PackageRequest, _ style: Style, without dropped: Set<String> = []) {
        func selection(_ part: PackageRequest.Selection) -> Selection {
            var result = Selection()
            let packages = Set(part.packages.map(\.value)).sorted()
            let groups = Set(part.collections.map { style.collection + $0.value }).sorted()
            let products = style.product.map { prefix in Set(part.products.map { prefix + $0.value }).sorted()
            }
            result.words = (packages + groups + (products ?? [])).filter { !dropped.contains($0) }
            result.excluded = Set(part.ignore.map(\.value)).sorted()
            result.recommends = part.installRecommends
            return result
        }
        bootstrap = selection(request.bootstrap)
        system = selection(request.system)
        upgradesAll = request.update == .everything
        disabledModules = request.modules.disable
        enabledModules = request.modules.enable
    }

    /// Patterns and products by the capability of their package: for a zypper that knows no patterns
    /// (Debian's), with the same result.
    static func capability(_ word: String) -> String? {
        for kind in ["pattern", "product"] where word.hasPrefix("\(kind):") {
            return "\(kind)()=\(word.dropFirst(kind.count + 1))"
        }
        return nil
    }

    mutating func writeCapabilities() {
        bootstrap.words = bootstrap.words.map { Self.capability($0) ?? $0 }
        system.words = system.words.map { Self.capability($0) ?? $0 }
    }

    /// One request for both phases; `pinned` spells out what the first has chosen.
    func whole(pinned: [String]) -> Selection {
        var result = system
        result.words = pinned + bootstrap.words + system.words
        result.excluded = Set(bootstrap.excluded + system.excluded).sorted()
        return result
    }
}
