import KiwiDescription
import KiwiToolbox

/// A package manager whose packages are rpm's: what rpm itself does and answers is the same for all.
protocol RpmBased: PackageManager {}

extension RpmBased {
    public func delete(_ packages: [Located<String>], from tree: RootTree) async throws {
        try await RpmDatabase(tree: tree).delete(packages)
    }

    public func packageList(in tree: RootTree) async throws -> String {
        try await RpmDatabase(tree: tree).packageList()
    }

    public func installedPackages(in tree: RootTree) async throws -> [InstalledPackage] {
        try await RpmDatabase(tree: tree).installedPackages()
    }

    public func verification(of tree: RootTree) async throws -> String {
        try await RpmDatabase(tree: tree).verification()
    }

    public func changes(in tree: RootTree) async throws -> String {
        try await RpmDatabase(tree: tree).changes()
    }

    func store(_ workspace: Workspace) -> PackageStore {
        PackageStore(cache: workspace.folders.cache, ending: "rpm")
    }

    /// Says which repositories nothing verifies.
    func tellUnverified(_ repositories: [RpmRepository], _ log: BuildLog) {
        for entry in repositories where !entry.checksRepository && !entry.checksPackages {
            log.info("repository '\(entry.alias)' is not verified: no check is asked for")
        }
    }
}
