/// What this machine's own apt is configured to use: the source of `buildhost:` and of proxies.
public struct HostAptConfiguration: Sendable, Hashable {
    /// One entry of a sources file.
    public struct Entry: Sendable, Hashable {
        public enum Keys: Sendable, Hashable {
            /// Absolute paths or fingerprints.
            case files([String])
            /// An armoured key inside the sources file.
            case inline(String)
        }

        public var types: [String]
        public var addresses: [String]
        public var suites: [String]
        public var components: [String]
        public var architectures: [String]
        public var keys: Keys?
        /// `Origin` of the entry's release files as far as this machine has fetched them.
        public var origins: Set<String> = []

        public init(
            types: [String] = ["deb"], addresses: [String], suites: [String], components: [String] = [],
            architectures: [String] = [], keys: Keys? = nil, origins: Set<String> = []
        ) {
            self.types = types
            self.addresses = addresses
            self.suites = suites
            self.components = components
            self.architectures = architectures
            self.keys = keys
            self.origins = origins
        }
    }

    public var entries: [Entry]
    /// `ID` of os-release: `debian`, `ubuntu`.
    public var distribution: String
    /// `VERSION_CODENAME` of os-release: `bookworm`.
    public var codename: String
    /// Keyring of the distribution's archive on this machine, nil when there is none.
    public var archiveKeyring: String?
    /// `Acquire::*::Proxy` settings, option name to value.
    public var proxies: [String: String]

    public init(
        entries: [Entry] = [], distribution: String = "", codename: String = "",
        archiveKeyring: String? = nil, proxies: [String: String] = [:]
    ) {
        self.entries = entries
        self.distribution = distribution
        self.codename = codename
        self.archiveKeyring = archiveKeyring
        self.proxies = proxies
    }

    /// Entries of the distribution itself, never of a third party: signed by its archive keyring,
    /// or its release files say so; without either, the suites must be the distribution's own.
    var ownEntries: [Entry] { entries.filter(isOwn) }

    private func isOwn(_ entry: Entry) -> Bool {
        guard !distribution.isEmpty, entry.types.contains("deb") else { return false }
        if case .files(let files) = entry.keys, files.contains(where: { $0.hasPrefix("/") }) {
            return files.contains { path in
                let name = path.split(separator: "/").last.map(String.init) ?? ""
                return path == archiveKeyring || name.hasPrefix("\(distribution)-archive-")
            }
        }
        if !entry.origins.isEmpty { return entry.origins.contains { $0.lowercased() == distribution } }
        if entry.keys != nil { return false }
        return !codename.isEmpty && entry.components.contains("main")
            && entry.suites.contains { $0 == codename || $0.hasPrefix(codename + "-") }
    }

    /// The entry that serves a suite: the one that has it, else the distribution's main archive.
    func entry(forSuite suite: String?) -> Entry? {
        let own = ownEntries
        if let suite, let match = own.first(where: { $0.suites.contains(suite) }) { return match }
        return own.first { $0.suites.contains(codename) } ?? own.first
    }
}
