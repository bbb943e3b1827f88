/// What is known of one distribution: names of packages, places of files. The facts are tables in
/// `Resources/distributions`, one file each; `docs/decisions/distributions.md` says what is in them.
public struct Distribution: Sendable {
    /// Values of `ID` in os-release.
    public let ids: [String]
    /// What people call it.
    public let title: String
    /// Lines by their first word, the distribution's own before those of the one it is like.
    private let facts: [String: [[String]]]

    /// Every table, those that others are like first.
    public static let all: [Distribution] = {
        var known: [Distribution] = []
        for bytes in [
            PackageResources.debian_tsv, PackageResources.ubuntu_tsv,
            PackageResources.opensuse_tumbleweed_tsv,
            PackageResources.opensuse_leap_tsv, PackageResources.sle_tsv, PackageResources.fedora_tsv,
            PackageResources.rhel_tsv, PackageResources.arch_tsv, PackageResources.alpine_tsv,
        ] { known.append(Distribution(parsing: String(decoding: bytes, as: UTF8.self), known: known)) }
        return known
    }()

    /// - Parameter known: the distributions that it may be like.
    init(parsing text: String, known: [Distribution] = []) {
        var facts: [String: [[String]]] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let fields = line.split(separator: "\t").map(String.init)
            if let key = fields.first { facts[key, default: []].append(Array(fields.dropFirst())) }
        }
        ids = facts["id"]?.flatMap { $0 } ?? []
        title = facts["title"]?.first?.first ?? ""
        if let name = facts["like"]?.first?.first, let other = known.first(where: { $0.ids.contains(name) }) {
            facts.merge(other.facts) { own, others in own + others }
        }
        self.facts = facts
    }

    /// The one of a machine or a tree; nil when its family is not known.
    ///
    /// - Parameter families: `ID` of os-release and the words of `ID_LIKE`, nearest first.
    public init?(families: [String]) {
        for family in families {
            guard let found = Self.all.first(where: { $0.ids.contains(family) }) else { continue }
            self = found
            return
        }
        return nil
    }

    /// The first value of a fact that has one.
    public func value(_ fact: String) -> String? { facts[fact]?.first?.first }

    /// The lines of a fact without its name.
    public func lines(_ fact: String) -> [[String]] { facts[fact] ?? [] }

    /// What a package of Debian is called here; nil where there is nothing like it.
    public func package(_ debian: String) -> String? {
        guard let names = lines("package").first(where: { $0.first == debian }) else { return debian }
        return names.count < 2 || names[1] == "-" ? nil : names[1]
    }

    /// All values of a fact, each once: first those of one distribution, then those of all others, so that
    /// trees of unknown distributions are understood too.
    public static func values(_ fact: String, first: Distribution? = nil) -> [String] {
        var seen: Set<String> = []
        return ((first.map { [$0] } ?? []) + all).flatMap { $0.lines(fact).flatMap { $0 } }
            .filter { seen.insert($0).inserted }
    }
}
