/// What the command line adds to a description for `system prepare` and `system build`.
public struct PrepareOptions: Sendable, Hashable {
    /// `--mirror`, first match wins.
    public var mirrors: [MirrorRule] = []
    /// `--add-package`, `--delete-package`, `--add-bootstrap-package`.
    public var addPackages: [String] = []
    public var deletePackages: [String] = []
    public var addBootstrapPackages: [String] = []
    /// `--clear-cache`.
    public var clearCache = false
    /// `--signing-key`: absolute paths, trusted for every repository.
    public var signingKeys: [String] = []
    /// `--ca-cert`: absolute paths, together with those of the description.
    public var certificates: [String] = []
    /// `--ca-target-distribution`.
    public var certificateDistribution: String?
    /// The description as it is after profiles and command line, in the newest schema: `/image/config.xml`.
    public var descriptionText = ""
    /// `obs: download_url` of the runtime configuration.
    public var obsDownloadURL: String?
    /// `--keep-identity`.
    public var keepIdentity = false
    /// `cache: scripts:` of kiwi.yml: layers with scripts may be reused.
    public var reusesScripts = true

    public init() {}
}
