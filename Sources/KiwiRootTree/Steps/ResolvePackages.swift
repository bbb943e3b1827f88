import KiwiDiagnostics
import KiwiToolbox

/// Asks the repositories for the packages of the image, with all dependencies, versions and checksums.
public struct ResolvePackages: BuildStep {
    public var request: PackageRequest

    public init(request: PackageRequest) { self.request = request }

    public var id: String { "packages.resolve" }
    public var summary: String {
        if let lock = request.lock { return "take \(lock.list.packages.count) packages of the lock file" }
        return request.update == .everything
            ? "look for newer versions of all packages"
            : "resolve \(request.bootstrap.packages.count + request.system.packages.count) packages with "
                + "\(request.manager.value) from \(request.repositories.count) repositories"
    }
    public var because: Position? { request.manager.position }
    public var reads: [Artifact] { [request.base].compactMap { $0 } }
    public var writes: [Artifact] {
        [.packages, .bootstrapPackages, .systemPackages, .packageOrigins, .usedRepositories, .clock]
    }
    public var tools: [ToolRequirement] {
        guard let manager = try? PackageManagerRegistry.manager(named: request.manager) else { return [] }
        return manager.tools + (request.lock == nil ? [] : manager.lockTools)
            + LocalRepositories.tools(for: request)
    }

    public func run(in workspace: Workspace) async throws {
        let manager = try PackageManagerRegistry.manager(named: request.manager)
        let named = request
        let request = try await LocalRepositories(workspace: workspace).request(named)
        let resolution: PackageResolution
        if let lock = request.lock {
            resolution = try await manager.resolve(lock, for: request, in: workspace)
            workspace.log.info("the lock file names the packages")
        } else {
            resolution = try await manager.resolve(request, in: workspace)
        }
        try await workspace.set(.packages, resolution.list)
        try await workspace.set(.bootstrapPackages, resolution.list.phase(.bootstrap))
        try await workspace.set(.systemPackages, resolution.list.phase(.system))
        try await workspace.set(.packageOrigins, resolution.origins)
        try await workspace.set(
            .usedRepositories, LocalRepositories.named(resolution.repositories, in: named))
        try await workspace.set(.clock, workspace.settings.sourceDateEpoch ?? resolution.newestRelease ?? 0)
        workspace.log.info(
            "\(resolution.list.packages.count) packages, \(resolution.list.size >> 20) MiB to fetch at most, "
                + "\(resolution.list.installedSize >> 20) MiB installed")
    }
}
