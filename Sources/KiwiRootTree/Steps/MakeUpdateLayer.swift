import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// A tree whose packages were changed by `system update`.
    public static let updatedLayer = Artifact.layer("updated")
}

/// Installs new versions or further packages into a finished tree, then removes others.
public struct MakeUpdateLayer: BuildStep {
    public var manager: Located<String>
    public var options: InstallOptions
    /// Whether packages were resolved; else some are removed only.
    public var installs: Bool
    /// `--delete-package`: removed together with dependencies that nothing else needs.
    public var removed: [Located<String>]

    public init(
        manager: Located<String>, options: InstallOptions, installs: Bool, removed: [Located<String>]
    ) {
        self.manager = manager
        self.options = options
        self.installs = installs
        self.removed = removed
    }

    private enum CodingKeys: CodingKey { case options, installs, removed }

    public var id: String { "layer.updated" }
    public var summary: String { "change the packages of the root tree" }
    public var because: Position? { manager.position }
    public var reads: [Artifact] {
        [.configurationLayer] + (installs ? [.packages, FetchPackages.fetched(.system)] : [])
    }
    public var writes: [Artifact] { [.updatedLayer] }
    public var tools: [ToolRequirement] { (try? PackageManagerRegistry.manager(named: manager))?.tools ?? [] }

    public func run(in workspace: Workspace) async throws {
        let manager = try PackageManagerRegistry.manager(named: manager)
        let list: PackageList? = installs ? try await workspace.value(.packages) : nil
        try await workspace.buildLayer(.updatedLayer, over: .configurationLayer) { tree in
            if let list {
                // Nothing that was chosen before may look as if it had come along as a dependency.
                try await manager.install(
                    list, all: PackageList(packages: []), options: options, into: tree)
            }
            if !removed.isEmpty { try await manager.uninstall(removed, from: tree) }
            try await manager.cleanUp(tree)
        }
    }
}
