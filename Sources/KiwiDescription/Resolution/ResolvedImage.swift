import KiwiDiagnostics

/// What THIS build is: the description after the choice of profiles,
/// architecture and image type, and after the command line's overrides.
///
/// It is a plain value: everything the planners need to know from the files of
/// the description, nothing about the machine that builds.
public struct ResolvedImage: Hashable, Sendable, Codable {
    /// Absolute path of the description folder.
    public var folder: String
    /// Absolute path of the description file.
    public var file: String
    /// The schema version written in the file, before any upgrade, for example `8.5`.
    public var sourceSchemaVersion: String

    public var name: String
    public var displayName: String?
    /// Content of `/etc/ImageID`.
    public var imageID: String?
    public var author: String
    public var contact: String
    public var specification: String
    /// First `<version>`, or empty.
    public var version: String
    public var releaseVersion: String?
    /// Where the `<packagemanager>` was chosen; default `dnf4`.
    public var packageManager: Located<String>

    public var architecture: Architecture
    /// Selected profiles in order.
    public var profiles: [String]
    public var type: ImageType

    public var locales: [String]
    public var timezone: String?
    public var keytable: String?
    public var bootsplashTheme: String?
    public var bootloaderTheme: String?
    public var showLicense: [String]
    public var rpmExcludeDocs: Bool
    public var rpmCheckSignatures: Bool
    public var rpmLocaleFiltering: Bool

    public var repositories: [Repository]
    public var bootstrap: PackageSet
    public var system: PackageSet
    /// `<packages type="delete">`: removed by force, without dependencies.
    public var deletePackages: [Located<String>]
    /// `<packages type="uninstall">`: removed with dependency cleanup.
    public var uninstallPackages: [Located<String>]
    public var users: [User]
    public var drivers: [String]
    public var strip: Strip

    /// `<initrd action="add|omit|set">` of the type.
    public var initrd: InitrdOptions

    /// All `kiwi_*` variables for `/.profile` and scripts, unquoted, also the empty ones.
    public var environment: [String: String]

    public struct Strip: Hashable, Sendable, Codable {
        public var delete: [String] = []
        public var tools: [String] = []
        public var libs: [String] = []
        public init() {}
    }

    public struct InitrdOptions: Hashable, Sendable, Codable {
        public var addModules: [String] = []
        public var omitModules: [String] = []
        public var setModules: [String] = []
        public var addDrivers: [String] = []
        public var omitDrivers: [String] = []
        public var setDrivers: [String] = []
        public init() {}
    }
}

/// The packages and archives of one phase (bootstrap or system).
public struct PackageSet: Hashable, Sendable, Codable {
    /// Sorted by name, unique.
    public var packages: [Located<String>] = []
    public var collections: [Located<String>] = []
    public var products: [Located<String>] = []
    public var ignore: [Located<String>] = []
    public var archives: [Archive] = []
    public var files: [File] = []
    /// `plusRecommended` or `onlyRequired`.
    public var installRecommends: Bool = false

    public init() {}

    public struct Archive: Hashable, Sendable, Codable {
        public var name: Located<String>
        public var targetDirectory: String?
        public init(name: Located<String>, targetDirectory: String? = nil) {
            self.name = name
            self.targetDirectory = targetDirectory
        }
    }

    public struct File: Hashable, Sendable, Codable {
        public var name: Located<String>
        public var target: String?
        public var owner: String?
        public var permissions: String?
        public init(name: Located<String>, target: String? = nil, owner: String? = nil, permissions: String? = nil) {
            self.name = name
            self.target = target
            self.owner = owner
            self.permissions = permissions
        }
    }
}
