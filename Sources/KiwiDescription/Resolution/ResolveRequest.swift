/// What a build asks of a description.
public struct ResolveRequest: Hashable, Sendable {
    /// Empty: the imported ones.
    public var profiles: [String]
    public var architecture: Architecture
    /// The image type; nil: the primary, else the first one.
    public var type: String?
    public var overrides: Overrides

    public init(
        profiles: [String] = [], architecture: Architecture = .host, type: String? = nil,
        overrides: Overrides = Overrides()
    ) {
        self.profiles = profiles
        self.architecture = architecture
        self.type = type
        self.overrides = overrides
    }
}

/// The command line's changes to a description, each as it was written there.
public struct Overrides: Hashable, Sendable {
    /// `NAME=VALUE` for the selected type.
    public var setTypeAttributes: [String] = []
    public var setReleaseVersion: String?
    public var ignoreRepositories = false
    public var ignoreRepositoriesUsedForBuild = false
    /// Up to 11 fields, see ``RepositorySpecification``.
    public var setRepository: String?
    /// `USER:PASSWORD`, or the name of a file whose first line holds that.
    public var setRepositoryCredentials: String?
    public var addRepositories: [String] = []
    /// By position, for ``addRepositories``.
    public var addRepositoryCredentials: [String] = []
    public var addBootstrapPackages: [String] = []
    public var addPackages: [String] = []
    public var deletePackages: [String] = []
    public var signingKeys: [String] = []
    public var setContainerTag: String?
    /// `NAME=VALUE`.
    public var addContainerLabels: [String] = []
    public var setContainerDerivedFrom: String?
    public var caCertificates: [String] = []
    public var caTargetDistribution: String?

    public init() {}
}
