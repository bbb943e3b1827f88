import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Everything the system knows about one package manager. One file (or folder) each,
/// listed in `PackageManagerRegistry`; nothing outside asks which one is in use.
public protocol PackageManager: Sendable {
    /// The values of `<packagemanager>` it serves.
    static var names: [String] { get }

    /// - Parameter name: one of ``names``: what the description asks for.
    init(named name: String)

    /// Whether it can tell the files of packages.
    static var listsFiles: Bool { get }

    /// Programs it calls on the build machine.
    var tools: [ToolRequirement] { get }
    /// Programs it also calls to build from a lock file.
    var lockTools: [ToolRequirement] { get }
    /// Why no lock file can be made of a request; nil: it can.
    func lockProblem(_ request: PackageRequest) -> Diagnostic?
    /// Its own name as a package, part of the bootstrap set.
    var ownPackage: String { get }
    /// Whether the tree's own program installs what comes after the bootstrap packages, where there is one.
    var worksInTree: Bool { get }

    /// Problems of a request that need no repository to be seen.
    func check(_ request: PackageRequest) -> [Diagnostic]

    /// Reads the repositories' indexes and runs the solver.
    func resolve(_ request: PackageRequest, in workspace: Workspace) async throws -> PackageResolution
    /// Gives the packages of a lock file, which fits the request.
    func resolve(_ lock: PackageLock, for request: PackageRequest, in workspace: Workspace) async throws
        -> PackageResolution
    /// Makes sure that every package of the list lies in the shared store.
    func fetch(_ list: PackageList, in workspace: Workspace) async throws
    /// Makes a new root tree in an empty folder from the bootstrap packages.
    func bootstrap(_ list: PackageList, options: InstallOptions, into tree: RootTree) async throws
    /// Installs the remaining packages into a bootstrapped tree.
    func install(_ list: PackageList, all: PackageList, options: InstallOptions, into tree: RootTree)
        async throws

    /// Removes packages together with dependencies that nothing else needs.
    func uninstall(_ packages: [Located<String>], from tree: RootTree) async throws
    /// Removes packages by force, whatever depends on them.
    func delete(_ packages: [Located<String>], from tree: RootTree) async throws
    /// Writes the repositories that stay in the image.
    func writeImageRepositories(_ setup: ImageRepositories, into tree: RootTree) async throws
    /// Removes what only the build needed.
    func cleanUp(_ tree: RootTree) async throws

    /// `NAME.packages`: sorted lines `name|epoch|version|release|arch|disturl|license`.
    func packageList(in tree: RootTree) async throws -> String
    /// The installed packages with what their database knows cheaply, for the bill of materials,
    /// sorted by name and architecture.
    func installedPackages(in tree: RootTree) async throws -> [InstalledPackage]
    /// `NAME.verified`: files that differ from their package, in rpm's format, sorted.
    func verification(of tree: RootTree) async throws -> String
    /// The absolute paths that installed packages own, folders too, by package name. For managers with
    /// ``listsFiles``.
    func ownedFiles(in tree: RootTree, without packages: Set<String>) async throws -> [[UInt8]]
    /// `NAME.changes`: the packages' change logs.
    func changes(in tree: RootTree) async throws -> String
}

extension PackageManager {
    public static var listsFiles: Bool { false }
    public var worksInTree: Bool { false }
    public var lockTools: [ToolRequirement] { [] }
    public func lockProblem(_ request: PackageRequest) -> Diagnostic? { nil }

    public func ownedFiles(in tree: RootTree, without packages: Set<String>) async throws -> [[UInt8]] {
        []
    }

    /// What the package list says: enough for package managers that do not know more.
    public func installedPackages(in tree: RootTree) async throws -> [InstalledPackage] {
        try await InstalledPackage.list(parsing: packageList(in: tree))
    }
}

/// How packages are installed.
public struct InstallOptions: Codable, Sendable, Hashable {
    public var architecture: Architecture
    /// `rpm-excludedocs`.
    public var excludeDocs = false
    /// `rpm-locale-filtering` and the locales to keep; empty: keep all.
    public var locales: [String] = []

    public init(architecture: Architecture, excludeDocs: Bool = false, locales: [String] = []) {
        self.architecture = architecture
        self.excludeDocs = excludeDocs
        self.locales = locales
    }
}

/// The repositories an image keeps (`imageinclude`, `imageonly`).
public struct ImageRepositories: Sendable, Hashable {
    public var repositories: [Repository]
    public var architecture: Architecture
    public var obsDownloadURL: String?

    public init(repositories: [Repository], architecture: Architecture, obsDownloadURL: String? = nil) {
        self.repositories = repositories
        self.architecture = architecture
        self.obsDownloadURL = obsDownloadURL
    }
}

extension ImageRepositories: Encodable {
    private enum CodingKeys: CodingKey { case repositories, architecture }

    /// Credentials never appear in a printed plan.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(repositories.map(\.withoutCredentials), forKey: .repositories)
        try container.encode(architecture, forKey: .architecture)
    }
}
