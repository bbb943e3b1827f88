import KiwiToolbox

/// The packages of an image with versions and checksums, in the order of installation.
public struct PackageList: Codable, Sendable, Hashable {
    public enum Phase: String, Codable, Sendable { case bootstrap, system }

    public struct Package: Codable, Sendable, Hashable {
        public var name: String
        public var version: String
        public var architecture: String
        /// Lower-case hex.
        public var sha256: String
        /// Bytes of the package file.
        public var size: Int64
        /// Bytes on disk after installation, as the repository states them.
        public var installedSize: Int64
        public var phase: Phase
        /// Whether the description (or the command line) names it; else it is a dependency.
        public var requested: Bool

        public init(
            name: String, version: String, architecture: String, sha256: String, size: Int64,
            installedSize: Int64, phase: Phase, requested: Bool
        ) {
            self.name = name
            self.version = version
            self.architecture = architecture
            self.sha256 = sha256
            self.size = size
            self.installedSize = installedSize
            self.phase = phase
            self.requested = requested
        }
    }

    public var packages: [Package]
    /// What else an installation leaves in the tree, so that trees are not taken for equal: which
    /// program installs, and the SHA-256 of keys that its database gets. nil where the packages are all.
    public var context: [String]?

    public init(packages: [Package], context: [String]? = nil) {
        self.packages = packages
        self.context = context
    }

    public func phase(_ phase: Phase) -> PackageList {
        PackageList(packages: packages.filter { $0.phase == phase }, context: context)
    }

    public var size: Int64 { packages.reduce(0) { $0 + $1.size } }
    public var installedSize: Int64 { packages.reduce(0) { $0 + $1.installedSize } }
}

/// Where package files come from: download address by SHA-256.
public struct PackageOrigins: Codable, Sendable, Hashable {
    public var addresses: [String: String]

    public init(addresses: [String: String] = [:]) { self.addresses = addresses }
}

/// What a solver run found.
public struct PackageResolution: Codable, Sendable, Hashable {
    public var list: PackageList
    public var origins: PackageOrigins
    /// Newest release date of the repositories, seconds since 1970.
    public var newestRelease: Int64?
    public var repositories: [UsedRepository]

    public init(
        list: PackageList, origins: PackageOrigins, newestRelease: Int64?, repositories: [UsedRepository] = []
    ) {
        self.list = list
        self.origins = origins
        self.newestRelease = newestRelease
        self.repositories = repositories
    }
}

/// A repository as a build used it, without credentials.
public struct UsedRepository: Codable, Sendable, Hashable {
    public var alias: String
    /// As the description says it; equal on all machines.
    public var source: String
    public var addresses: [String]
    public var distribution: String?
    public var components: [String]
    /// False only after an explicit `repository_gpgcheck="false"`.
    public var verified: Bool

    public init(
        alias: String, source: String, addresses: [String], distribution: String?, components: [String],
        verified: Bool
    ) {
        self.alias = alias
        self.source = source
        self.addresses = addresses
        self.distribution = distribution
        self.components = components
        self.verified = verified
    }
}
