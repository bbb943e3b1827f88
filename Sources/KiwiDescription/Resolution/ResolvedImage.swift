import KiwiDiagnostics

/// What THIS build is: the description after the choice of profiles,
/// architecture and image type, and after the command line's overrides.
///
/// It is a plain value: everything the planners need to know from the files of
/// the description, nothing about the machine that builds.
public struct ResolvedImage: Hashable, Sendable, Codable {
    /// Absolute path of the description folder.
    public var folder: String = ""
    /// Absolute folders of inherited descriptions, the farthest first: their `root/` comes before
    /// that of ``folder``.
    public var baseFolders: [String] = []
    /// Absolute path of the description file.
    public var file: String = ""
    /// The schema version written in the file, before any upgrade, for example `8.5`.
    public var sourceSchemaVersion: String = Schema.version

    public var name: String
    public var displayName: String?
    /// Content of `/etc/ImageID`.
    public var imageID: String?
    public var author: String = ""
    public var contact: String = ""
    public var specification: String = ""
    public var licenses: [String] = []
    /// `system` or `boot`.
    public var descriptionType: String = "system"
    /// First `<version>`, or empty.
    public var version: String = ""
    public var releaseVersion: String?
    /// Where the `<packagemanager>` was chosen; default `dnf4`.
    public var packageManager: Located<String> = Located("dnf4")

    public var architecture: Architecture
    /// Selected profiles in order.
    public var profiles: [String] = []
    public var type: ImageType

    public var locales: [String] = []
    public var timezone: String?
    public var keytable: String?
    public var bootsplashTheme: String?
    public var bootloaderTheme: String?
    public var showLicense: [String] = []
    public var rpmExcludeDocs: Bool = false
    public var rpmCheckSignatures: Bool = false
    public var rpmLocaleFiltering: Bool = false
    /// What the rpm macro of installed languages is set to; nil without `rpm-locale-filtering`.
    public var rpmLocales: [String]?

    public var repositories: [Repository] = []
    /// Keys of the command line and of all repositories, `$releasever` replaced, each once.
    public var trustedKeys: [Located<String>] = []
    public var bootstrap: PackageSet = PackageSet()
    public var system: PackageSet = PackageSet()
    public var modules: CollectionModules = CollectionModules()
    /// `--add-package`: installed in a transaction of its own after the system packages.
    public var addPackages: [String] = []
    /// `--delete-package`: removed in a transaction of its own after that.
    public var deletePackagesOnDemand: [String] = []
    /// `<packages type="delete">`: removed by force, without dependencies.
    public var deletePackages: [Located<String>] = []
    /// `<packages type="uninstall">`: removed with dependency cleanup.
    public var uninstallPackages: [Located<String>] = []
    /// `<packages type="systemfiles">`: left out of the list of system files.
    public var systemFilesIgnore: [Located<String>] = []
    public var users: [User] = []
    public var drivers: [Located<String>] = []
    public var strip: Strip = Strip()
    /// What `bootinclude` and `bootdelete` say about a kiwi initrd.
    public var bootContents: BootContents = BootContents()
    public var containers: [Container] = []
    /// CA files of the build machine, sorted.
    public var certificates: [Located<String>] = []
    /// `suse`, `redhat`, `debian` or `archlinux`; nil without certificates.
    public var certificateDistribution: String?

    /// `<initrd action="add|omit|set">` of the type.
    public var initrd: InitrdOptions = InitrdOptions()
    /// `<initrd>` of `<installmedia>`.
    public var installInitrd: InitrdOptions = InitrdOptions()
    /// `dracut`, `kiwi` or `none`, defaults filled in.
    public var initrdSystem: String = "none"
    /// The volumes of this architecture, defaults filled in; empty without `<systemdisk>`.
    public var volumes: [Volume] = []

    /// All `kiwi_*` variables for `/.profile` and scripts, unquoted, also the empty ones.
    public var environment: [String: String] = [:]
    /// What the user should know about this choice, for example overrides without effect.
    public var notes: [Diagnostic] = []

    public init(name: String, architecture: Architecture, type: ImageType) {
        self.name = name
        self.architecture = architecture
        self.type = type
    }

    /// `<collectionModule>` of the bootstrap sections.
    public struct CollectionModules: Hashable, Sendable, Codable {
        /// `NAME` or `NAME:STREAM`.
        public var enable: [String] = []
        public var disable: [String] = []
        public init() {}
    }

    /// One container to fetch into the image.
    public struct Container: Hashable, Sendable, Codable {
        public var position: Position?
        /// `NAME_TAG`.
        public var name: String
        /// The reference without a scheme: `SOURCE/PATH/NAME:TAG`.
        public var reference: String
        /// `podman`, `docker` or `container-snap`.
        public var backend: String
        /// Where the archive lies in the image.
        public var file: String
        public var fetchOnly: Bool
        /// The words that load it at the first boot; empty when it is only fetched.
        public var loadCommand: [String]

        public init(
            position: Position?, name: String, reference: String, backend: String, file: String,
            fetchOnly: Bool, loadCommand: [String]
        ) {
            self.position = position
            self.name = name
            self.reference = reference
            self.backend = backend
            self.file = file
            self.fetchOnly = fetchOnly
            self.loadCommand = loadCommand
        }
    }

    public struct Strip: Hashable, Sendable, Codable {
        public var delete: [Located<String>] = []
        public var tools: [Located<String>] = []
        public var libs: [Located<String>] = []
        public init() {}
    }

    /// The packages and archives of a system that count for its kiwi initrd too.
    public struct BootContents: Hashable, Sendable, Codable {
        /// Sorted by name, unique.
        public var packages: [Located<String>] = []
        public var archives: [PackageSet.Archive] = []
        public var delete: [Located<String>] = []
        public init() {}
    }

    public struct InitrdOptions: Hashable, Sendable, Codable {
        public var addModules: [String] = []
        public var omitModules: [String] = []
        public var setModules: [String] = []
        public var addDrivers: [String] = []
        public var omitDrivers: [String] = []
        public var setDrivers: [String] = []
        /// The last `uefi` of the actions add, omit and set.
        public var addUEFI = false
        public var omitUEFI = false
        public var setUEFI = false
        /// `<initrd action="setup">` asks for a unified kernel image.
        public var setupUEFI = false
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
    /// `packages@bootstrap_package`: the package that holds an unpacked base system.
    public var bootstrapPackage: Located<String>?

    /// Packages that only carry KIWI's own initrd code: they may be missing in the repositories.
    public var optional: Set<String> { Set(packages.map(\.value).filter(Self.isOptional)) }

    /// Whether a package only carries KIWI's own initrd code.
    public static func isOptional(_ name: String) -> Bool {
        ["dracut-kiwi-", "kiwi-dracut-", "kiwi-systemdeps"].contains { name.hasPrefix($0) }
    }

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
        public init(
            name: Located<String>, target: String? = nil, owner: String? = nil, permissions: String? = nil
        ) {
            self.name = name
            self.target = target
            self.owner = owner
            self.permissions = permissions
        }
    }
}
