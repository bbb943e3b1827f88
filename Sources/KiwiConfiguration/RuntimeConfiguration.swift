import KiwiDiagnostics

/// What `kiwi.yml` files say about this machine and this site, merged.
///
/// Only keys that have an effect are here; see `SettingTable` for the ones that are
/// known and have none yet.
public struct RuntimeConfiguration: Hashable, Sendable, Codable {
    /// `bundle.compress`: nil when no file says it (the default depends on the image type).
    public var bundleCompress: Bool?
    /// `bundle.has_package_changes`: write `.changes` files.
    public var packageChanges = true
    /// `build_constraints.max_size` in bytes: a larger result is an error.
    public var maximumSize: Int64?
    /// `runtime_checks.disable`: names as written, with or without `check_`.
    public var disabledChecks: [String] = []
    /// `xz.options`: options of every xz call.
    public var xzOptions: [String] = ["--threads=0"]
    /// `shasum.size`: 256 or 512.
    public var checksumSize = 256
    /// `bundle.shasum_size`, else `shasum.size`.
    public var bundleChecksumSize = 256
    /// `obs.download_url`; nil: the public server.
    public var obsDownloadURL: String?
    /// `obs.api_url`; nil: the public server.
    public var obsAPIURL: String?
    /// `obs.public`: repositories of the build service may stay in the image.
    public var obsPublic = true
    /// `container.compress`: archives of containers are compressed by xz.
    public var containerCompress = true
    /// `container.layers`: whether packages are in a layer of their own.
    public var containerLayers = ContainerLayers.one
    /// `credentials.verification_metadata_signing_key_file`: a private RSA key in PEM.
    public var signingKeyFile: String?
    /// `cache.scripts`: layers made by scripts may be reused.
    public var cacheScripts = true
    /// `cache: limit`: bytes that the cache may have after a build; nil: the default.
    public var cacheLimit: Int64?
    /// `mirrors`: URL prefixes to rewrite, for one machine or site.
    public var mirrors: [Mirror] = []
    /// The files that were read, in order.
    public var files: [String] = []

    public init() {}

    /// One rewrite of a URL prefix; `to` may be `buildhost:`.
    public struct Mirror: Hashable, Sendable, Codable {
        public var from: String
        public var to: String

        public init(from: String, to: String) {
            self.from = from
            self.to = to
        }

        /// `FROM=TO`, cut at the first `=`; nil when a side is missing.
        public init?(argument: String) {
            guard let cut = argument.firstIndex(of: "=") else { return nil }
            from = String(argument[..<cut])
            to = String(argument[argument.index(after: cut)...])
            if from.isEmpty || to.isEmpty { return nil }
        }
    }

    /// The full names of the runtime checks that are switched off, each written with or without `check_`.
    public var disabledCheckNames: Set<String> {
        Set(disabledChecks.map { $0.hasPrefix("check_") ? $0 : "check_" + $0 })
    }
}
