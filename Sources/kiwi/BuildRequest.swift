import KiwiConfiguration
import KiwiDescription
import KiwiImage
import KiwiRootTree
import KiwiToolbox

/// Everything a person asked for with `system build`, `prepare` or `create`: the parsed
/// command line with absolute paths and the merged runtime configuration.
struct BuildRequest: Sendable {
    enum Operation: String, Codable, Sendable { case build, prepare, create, update, stash }

    var operation: Operation
    /// Absolute path of the description folder; nil for what works on a tree that exists.
    var description: String?
    /// Absolute path of the root tree; nil for `build`.
    var root: String?
    /// Absolute path of the folder for results; nil for `prepare` and `update`.
    var target: String?

    var kiwiFile: String?
    var profiles: [String] = []
    /// All of `--type`; `all` stands for every type of the chosen profiles.
    var types: [String] = []
    /// The one to build; nil: the primary one.
    var type: String?
    /// Whether other types are built beside it: then ``target`` is a folder of its own.
    var isOneOfSeveral = false
    var targetArchitecture: String?
    /// `--setenv`.
    var environment: [String: String] = [:]
    /// Absolute path of the cache folder.
    var cache: String
    /// `--temp-dir`, absolute; nil: the default.
    var temporaryFolder: String?
    var configuration = RuntimeConfiguration()

    var allowExistingRoot = false
    var clearCache = false
    /// `--offline`.
    var offline = false
    /// `--tools-tree`.
    var toolsTree: ToolsTree?
    /// Absolute path of the lock file of `--locked`.
    var lockFile: String?
    /// Kept trees that the root tree lies over, the last on top.
    var stack: [BaseImageSource] = []
    /// `system stash`: where the tree is kept.
    var stash: StashRequest?
    /// The command line's changes to the description.
    var overrides = Overrides()

    var sandbox: GlobalOptions.SandboxChoice = .auto
    var network: GlobalOptions.NetworkChoice = .host
    var useCache = true
    /// `--cache-from`.
    var cacheSources: [CacheLocation] = []
    /// `--cache-to`.
    var cacheTarget: CacheLocation?
    var useTmpfs = true
    var keepRoot = false
    var keepIdentity = false
    /// `--authfile` and `--cert-dir`.
    var registries = RegistryAccess()
    /// `--container-layers`; nil leaves it to the runtime configuration.
    var containerLayers: ContainerLayers?

    /// Print the plan instead of running it.
    var dryRun = false
    /// With `dryRun`: run the solver and fill sizes in.
    var estimate = false
    var format: FormatOptions.Format = .text

    /// `--logfile`, absolute, or `stdout`.
    var logFile: String?
    /// 10 to 50.
    var logLevel = 20
    /// SOURCE_DATE_EPOCH.
    var sourceDateEpoch: Int64?
    /// `--color-output`.
    var forceColor = false
}

/// What `system stash` is asked for.
struct StashRequest: Sendable {
    var stash: Stash
    var tag: String
}
