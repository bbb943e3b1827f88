import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// The repositories of a build in apt's own terms: a pure function of the request and of the
/// machine's apt configuration.
struct AptSources: Sendable, Hashable {
    /// Where a signing key comes from.
    enum Key: Sendable, Hashable {
        /// A keyring of this machine, used where it lies.
        case keyring(String)
        /// A file of the description, copied.
        case file(String, Position?)
        /// Downloaded.
        case address(String, login: RepositoryAddress.Login?, Position?)
        /// Written out.
        case text(String)
        /// A fingerprint in apt's configuration.
        case fingerprint(String)

        /// Without credentials and positions.
        var label: String {
            switch self {
            case .keyring(let text), .file(let text, _), .address(let text, _, _), .text(let text),
                .fingerprint(let text):
                text
            }
        }

        var isKeyring: Bool {
            switch self {
            case .keyring, .fingerprint, .text: true
            case .file, .address: false
            }
        }
    }

    struct Entry: Sendable, Hashable {
        /// Index into the request's repositories.
        var repository: Int
        var position: Position?
        var alias: String
        /// As the description says it, without credentials.
        var source: String
        var addresses: [String]
        /// `./` for a flat repository.
        var suites: [String]
        var components: [String]
        var architectures: [String]
        var keys: [Key]
        /// Only after an explicit `repository_gpgcheck="false"`.
        var trusted: Bool
        var priority: Int?
        var login: RepositoryAddress.Login?
    }

    var entries: [Entry] = []

    init() {}

    /// - Parameter exists: whether a local path exists; tests replace it.
    /// - Throws: `Failure` with one diagnostic per repository that cannot be used.
    init(
        for request: PackageRequest, host: HostAptConfiguration,
        exists: (String) -> Bool = FileSystem.exists
    ) throws(Failure) {
        var problems: [Diagnostic] = []
        for (index, repository) in request.repositories.enumerated() {
            switch Self.entry(for: repository, index, request, host, exists) {
            case .success(let entry): entries.append(entry)
            case .failure(let diagnostic): problems.append(diagnostic)
            }
        }
        if entries.isEmpty, problems.isEmpty {
            problems.append(
                Diagnostic(
                    "no-repository", at: request.manager.position, "no repository is configured",
                    remedy: "add <repository type=\"apt-deb\"><source path=\"buildhost:\"/></repository>"))
        }
        if !problems.isEmpty { throw Failure(.descriptionWrong, problems) }
    }

    private static func entry(
        for repository: Repository, _ index: Int, _ request: PackageRequest, _ host: HostAptConfiguration,
        _ exists: (String) -> Bool
    ) -> Result<Entry, Diagnostic> {
        let place = repository.source.position ?? repository.position
        let source = MirrorRule.rewrite(repository.source.value, by: request.mirrors)
        guard let address = RepositoryAddress(source, obsDownloadURL: request.obsDownloadURL) else {
            return .failure(unknownAddress(source, place))
        }
        let own = repository.signingKeys.compactMap { key(from: $0) }
        // As in KIWI, a key that is trusted for one repository is trusted for all.
        let keys = request.trustedKeys.isEmpty ? own : request.trustedKeys.compactMap { key(from: $0) }
        var entry = Entry(
            repository: index, position: place, alias: repository.stableAlias,
            source: RepositoryAddress.masked(repository.source.value), addresses: [],
            suites: repository.distribution.map { [$0] } ?? ["./"],
            components: repository.distribution == nil
                ? [] : (repository.components.isEmpty ? ["main"] : repository.components),
            architectures: repository.architectures, keys: keys,
            trusted: repository.repositoryGPGCheck == false, priority: repository.priority,
            login: repository.username.map { .init(user: $0, password: repository.password ?? "") }
                ?? repository.password.map { .init(user: "", password: $0) })
        switch address {
        case .remote(let url, let login):
            entry.addresses = [url]
            entry.login = entry.login ?? login
        case .local(let path):
            guard exists(path) else { return .failure(missingFolder(path, repository, place)) }
            entry.addresses = ["file:" + path]
        case .buildHost:
            guard let found = host.entry(forSuite: repository.distribution) else {
                return .failure(noBuildHost(host, place))
            }
            entry.addresses = found.addresses
            if repository.distribution == nil {
                entry.suites = [host.codename]
                entry.components = repository.components.isEmpty ? ["main"] : repository.components
            }
            if own.isEmpty { entry.keys += hostKeys(found) }
        }
        if entry.keys.isEmpty || (own.isEmpty && !entry.keys.contains(where: \.isKeyring)), !entry.trusted {
            if let keyring = host.archiveKeyring {
                entry.keys.append(.keyring(keyring))
            } else if entry.keys.isEmpty {
                return .failure(noKey(repository, place))
            }
        }
        for key in entry.keys {
            if case .file(let path, let position) = key, !exists(path) {
                return .failure(
                    Diagnostic(
                        "missing-signing-key", at: position ?? place, "signing key '\(path)' does not exist",
                        remedy: "correct the path of <signing key=\"…\"/>"))
            }
        }
        return .success(entry)
    }

    private static func hostKeys(_ entry: HostAptConfiguration.Entry) -> [Key] {
        switch entry.keys {
        case .files(let files): files.map { $0.hasPrefix("/") ? .keyring($0) : .fingerprint($0) }
        case .inline(let text): [.text(text)]
        case nil: []
        }
    }

    private static func key(from value: Located<String>) -> Key? {
        switch RepositoryAddress(value.value) {
        case .local(let path): .file(path, value.position)
        case .remote(let address, let login): .address(address, login: login, value.position)
        default: nil
        }
    }
}
