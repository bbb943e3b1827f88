/// What the command line says about making a root tree beyond the resolved image.
public struct PrepareOptions: Sendable, Hashable {
    /// `--mirror`, first match wins.
    public var mirrors: [MirrorRule] = []
    /// `--clear-cache`.
    public var clearCache = false
    /// The description as it is after profiles and command line, in the newest schema: `/image/config.xml`.
    public var descriptionText = ""
    /// `obs: download_url` of the runtime configuration.
    public var obsDownloadURL: String?
    /// `--keep-identity`.
    public var keepIdentity = false
    /// `cache: scripts:` of kiwi.yml: layers with scripts may be reused.
    public var reusesScripts = true
    /// Whether a worker of the Open Build Service builds.
    public var isBuildServiceWorker = false

    /// `--locked`: the packages to build from.
    public var lock: PackageLock?

    /// Kept trees that the new one lies over, the last on top.
    public var stack: [BaseImageSource] = []

    /// `--authfile`, `--cert-dir`.
    public var registries = RegistryAccess()

    public init() {}
}
