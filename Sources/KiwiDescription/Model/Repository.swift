import KiwiDiagnostics

/// One `<repository>` with its `<source>`.
public struct Repository: Hashable, Sendable, Codable {
    public var position: Position?
    /// `source@path` as written, `this://` resolved to `dir://` + absolute path.
    public var source: Located<String>
    /// `rpm-md`, `apt-deb`, ...; nil when not written.
    public var type: String?
    /// nil: derived from the source by a hash, so that it is stable.
    public var alias: String?
    public var priority: Int?
    public var components: [String]
    public var distribution: String?
    public var architectures: [String]
    public var username: String?
    public var password: String?
    public var imageInclude: Bool
    public var imageOnly: Bool
    public var packageGPGCheck: Bool?
    public var repositoryGPGCheck: Bool?
    public var sourceType: String?
    public var customize: Located<String>?
    /// `<signing key>` values: URLs or `file:` with an absolute path.
    public var signingKeys: [Located<String>]

    public init(
        position: Position? = nil, source: Located<String>, type: String? = nil, alias: String? = nil,
        priority: Int? = nil, components: [String] = [], distribution: String? = nil,
        architectures: [String] = [], username: String? = nil, password: String? = nil,
        imageInclude: Bool = false, imageOnly: Bool = false, packageGPGCheck: Bool? = nil,
        repositoryGPGCheck: Bool? = nil, sourceType: String? = nil, customize: Located<String>? = nil,
        signingKeys: [Located<String>] = []
    ) {
        self.position = position
        self.source = source
        self.type = type
        self.alias = alias
        self.priority = priority
        self.components = components
        self.distribution = distribution
        self.architectures = architectures
        self.username = username
        self.password = password
        self.imageInclude = imageInclude
        self.imageOnly = imageOnly
        self.packageGPGCheck = packageGPGCheck
        self.repositoryGPGCheck = repositoryGPGCheck
        self.sourceType = sourceType
        self.customize = customize
        self.signingKeys = signingKeys
    }
}
