import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// What is to be installed from where: the part of a resolved image that a package manager sees.
public struct PackageRequest: Sendable, Hashable {
    /// The packages of one phase.
    public struct Selection: Sendable, Hashable, Encodable {
        public var packages: [Located<String>] = []
        public var collections: [Located<String>] = []
        public var products: [Located<String>] = []
        public var ignore: [Located<String>] = []
        public var installRecommends = false

        public init() {}

        public init(_ set: PackageSet) {
            packages = set.packages
            collections = set.collections
            products = set.products
            ignore = set.ignore
            installRecommends = set.installRecommends
        }
    }

    /// The value of `<packagemanager>`.
    public var manager: Located<String>
    public var architecture: Architecture
    /// All repositories used for building, in order of the description.
    public var repositories: [Repository]
    /// Keys that every repository may be signed with (`--signing-key` and those of other repositories).
    public var trustedKeys: [Located<String>]
    public var bootstrap: Selection
    public var system: Selection
    public var mirrors: [MirrorRule]
    /// `--clear-cache`.
    public var clearCache: Bool
    /// A tree that has packages already: the base image of a container.
    public var base: Artifact?
    /// What is to change in ``base``; nil: it becomes what the description asks for.
    public var update: Update?

    public enum Update: String, Sendable, Encodable {
        /// All packages get their newest versions.
        case everything
        /// Only the packages of ``system`` are installed.
        case named
    }

    /// `--locked`: the only packages that count.
    public var lock: PackageLock?

    /// `release-version`; the package manager has a default of its own.
    public var releaseVersion: String?
    /// `rpm-check-signatures`.
    public var checksSignatures = false
    /// `<collectionModule>`.
    public var modules = ResolvedImage.CollectionModules()

    /// Base address for `obs://` sources; nil when none is configured.
    public var obsDownloadURL: String?
    /// Whether a worker of the Open Build Service builds: its repositories are folders.
    public var isOnWorker = false

    public init(for image: ResolvedImage, options: PrepareOptions = PrepareOptions()) {
        manager = image.packageManager
        architecture = image.architecture
        repositories = image.repositories.filter { !$0.imageOnly }.map { $0.withScript(in: image.folder) }
        trustedKeys = image.trustedKeys
        bootstrap = Selection(image.bootstrap)
        system = Selection(image.system)
        system.packages += image.addPackages.map { Located($0) }
        mirrors = options.mirrors
        clearCache = options.clearCache
        releaseVersion = image.releaseVersion
        checksSignatures = image.rpmCheckSignatures
        modules = image.modules
        obsDownloadURL = options.obsDownloadURL
        isOnWorker = options.isBuildServiceWorker
        lock = options.lock
    }

    /// A request that only names repositories.
    init(repositories: [Repository], architecture: Architecture, manager: String = "apt") {
        self.manager = Located(manager)
        self.architecture = architecture
        self.repositories = repositories
        trustedKeys = []
        bootstrap = Selection()
        system = Selection()
        mirrors = []
        clearCache = false
    }

    /// Whether nobody but the choice of the package manager asks for this package.
    func isOnlyForManager(_ package: String) -> Bool {
        (bootstrap.packages + system.packages).allSatisfy {
            $0.value != package || $0.position == manager.position
        }
    }

    /// Where the description asks for this package.
    func position(of package: String) -> Position? {
        (bootstrap.packages + system.packages).first { $0.value == package }?.position
    }
}

extension PackageRequest: Encodable {
    private enum CodingKeys: CodingKey {
        case manager, architecture, repositories, bootstrap, system, mirrors, clearCache, base, update
        case releaseVersion, checksSignatures, lockedPackages
    }

    /// Credentials never appear in a printed plan.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(manager, forKey: .manager)
        try container.encode(architecture, forKey: .architecture)
        try container.encode(repositories.map(\.withoutCredentials), forKey: .repositories)
        try container.encode(bootstrap, forKey: .bootstrap)
        try container.encode(system, forKey: .system)
        try container.encode(mirrors, forKey: .mirrors)
        try container.encode(clearCache, forKey: .clearCache)
        try container.encodeIfPresent(base, forKey: .base)
        try container.encodeIfPresent(update, forKey: .update)
        try container.encodeIfPresent(releaseVersion, forKey: .releaseVersion)
        if checksSignatures { try container.encode(checksSignatures, forKey: .checksSignatures) }
        if let lock { try container.encode(lock.packages.count, forKey: .lockedPackages) }
    }
}

extension Repository {
    /// The same repository with user names, passwords and the user part of its address masked.
    var withoutCredentials: Repository {
        var copy = self
        copy.source.value = RepositoryAddress.masked(source.value)
        copy.username = username.map { _ in "******" }
        copy.password = password.map { _ in "******" }
        for index in copy.signingKeys.indices {
            copy.signingKeys[index].value = RepositoryAddress.masked(copy.signingKeys[index].value)
        }
        return copy
    }
}
