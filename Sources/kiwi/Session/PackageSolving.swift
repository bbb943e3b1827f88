import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox
import Synchronization

/// Asks the repositories of an image for its packages, with the solver that `system prepare` uses.
struct PackageSolving {
    var request: PackageRequest
    /// Absolute path of the cache folder.
    var cache: String
    /// Folder for temporary files.
    var temporary: String
    var settings = BuildSettings()
    var sandbox: GlobalOptions.SandboxChoice

    /// Nothing is changed but the cache.
    /// - Returns: nil outside of the sandbox: the worker inside has run the same command.
    func run(observer: any BuildObserver) async throws -> PackageResolution? {
        let manager = try PackageManagerRegistry.manager(named: request.manager)
        let problems = manager.findings(request).filter { $0.severity == .error }
        if !problems.isEmpty { throw Failure(.descriptionWrong, problems) }
        guard SandboxLauncher.current != nil else {
            try settings.toolsTree?.check(folders: [cache, temporary])
            try ToolCheck.require(manager.tools, toolsTree: settings.toolsTree)
            try await enterSandbox(sandbox)
            return nil
        }
        var setup = Worker.Setup(bulkParent: temporary, cache: cache)
        setup.temporary = temporary
        setup.settings = settings
        let found = Mutex<PackageResolution?>(nil)
        // A base image is not fetched for a question: its packages count as if they were to be installed.
        var request = request
        request.base = nil
        try await Worker(setup, log: BuildLog(observer: observer)).run { [request] workspace in
            try ToolCheck.require(manager.tools, toolsTree: workspace.settings.toolsTree)
            let resolution = try await manager.resolve(request, in: workspace)
            found.withLock { $0 = resolution }
        }
        return found.withLock { $0 }
    }
}

/// `resolved-packages` of `image info`, as KIWI writes it, with what it lacks.
struct ResolvedPackages: Encodable {
    /// By name; a package of a second architecture as `NAME:ARCHITECTURE`.
    var packages: [String: Entry] = [:]
    var totals: Totals

    struct Entry: Encodable {
        var version: String
        var architecture: String
        /// The repository, without credentials.
        var source: String
        /// Bytes on disk, as the repository states them.
        var installedSize: Int64
        /// Bytes of the package file.
        var downloadSize: Int64
        var status: String
        var phase: String

        enum CodingKeys: String, CodingKey {
            case version, source, status, phase
            case architecture = "arch"
            case installedSize = "installsize_bytes"
            case downloadSize = "downloadsize_bytes"
        }
    }

    struct Totals: Encodable {
        var packages: Int
        var installedSize: Int64
        var downloadSize: Int64

        enum CodingKeys: String, CodingKey {
            case packages
            case installedSize = "installsize_bytes"
            case downloadSize = "downloadsize_bytes"
        }

        init(_ list: PackageList) {
            packages = list.packages.count
            installedSize = list.installedSize
            downloadSize = list.size
        }
    }

    init(_ resolution: PackageResolution) {
        totals = Totals(resolution.list)
        let repositories = resolution.repositories.flatMap(\.addresses)
        for package in resolution.list.packages {
            let origin = resolution.origins.addresses[package.sha256] ?? ""
            let entry = Entry(
                version: package.version, architecture: package.architecture,
                source: repositories.filter(origin.hasPrefix).max { $0.utf8.count < $1.utf8.count } ?? "",
                installedSize: package.installedSize, downloadSize: package.size,
                status: package.requested ? "listed_in_kiwi_description" : "added_by_dependency_solver",
                phase: package.phase.rawValue)
            let isTaken = packages[package.name] != nil
            packages[isTaken ? "\(package.name):\(package.architecture)" : package.name] = entry
        }
    }
}
