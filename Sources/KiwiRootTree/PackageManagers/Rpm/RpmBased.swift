import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// A package manager whose packages are rpm's: what rpm itself does and answers is the same for all.
protocol RpmBased: PackageManager {
    /// Values of `repository@type` that it reads.
    var repositoryTypes: Set<String> { get }
}

extension RpmBased {
    public var worksInTree: Bool { true }

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

    public func lockProblem(_ request: PackageRequest) -> Diagnostic? {
        request.repositories.first { $0.type == "rpm-dir" }.map {
            Diagnostic(
                "lock-unsupported", at: $0.position, "a folder of packages without index has no checksums",
                remedy: "index it with createrepo_c and write type=\"rpm-md\"")
        }
    }

    public var lockTools: [ToolRequirement] {
        LockedFiles.tools + [
            ToolRequirement("createrepo_c", package: "createrepo-c", to: "index the packages of a lock file")
                .ofPackageManager
        ]
    }

    public func resolve(_ lock: PackageLock, for request: PackageRequest, in workspace: Workspace)
        async throws -> PackageResolution
    {
        let logins = try RpmRepository.all(for: request, types: repositoryTypes, exists: { _ in true })
            .compactMap { entry in entry.login.map { (address: entry.address, login: $0) } }
        let store = store(workspace)
        try await LockedFiles(
            lock: lock, store: store, workspace: workspace, logins: logins, mirrors: request.mirrors
        ).run()
        let repository = LockedRepository(lock: lock, store: store, workspace: workspace)
        let narrow = try await repository.request(request, type: "rpm-md") { entry in
            let version = entry.version.drop(while: { $0 != ":" }).dropFirst()
            return "\(entry.name)-\(version.isEmpty ? entry.version[...] : version).\(entry.architecture).rpm"
        } index: { folder, _ in
            try await workspace.runner.run(
                ToolCall(
                    "createrepo_c", ["--quiet", "--checksum", "sha256", folder], logPrefix: "createrepo_c: "))
        }
        return try repository.confirm(await resolve(narrow, in: workspace))
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
