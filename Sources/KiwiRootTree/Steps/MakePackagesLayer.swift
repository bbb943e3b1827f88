import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Installs all remaining packages.
public struct MakePackagesLayer: BuildStep {
    public var manager: Located<String>
    public var options: InstallOptions
    /// The layer below: bootstrap, or bootstrap-extras.
    public var parent: Artifact
    /// Whether the tree is to have a package manager of its own by then, which installs them: known for certain
    /// only when a repository has offered it.
    public var isInTree: Bool

    public init(manager: Located<String>, options: InstallOptions, parent: Artifact, isInTree: Bool = false) {
        self.manager = manager
        self.options = options
        self.parent = parent
        self.isInTree = isInTree
    }

    /// 2: installed by the tree's own package manager.
    public static var version: Int { 2 }

    private enum CodingKeys: CodingKey { case options, parent }

    public var id: String { "layer.packages" }
    public var summary: String {
        isInTree ? "install the packages with the tree's own \(manager.value)" : "install the packages"
    }
    public var because: Position? { manager.position }
    public var reads: [Artifact] { [.packages, FetchPackages.fetched(.system), parent] }
    public var writes: [Artifact] { [.packagesLayer] }
    public var tools: [ToolRequirement] { (try? PackageManagerRegistry.manager(named: manager))?.tools ?? [] }
    public var reusable: Bool { true }

    public func run(in workspace: Workspace) async throws {
        let manager = try PackageManagerRegistry.manager(named: manager)
        let all: PackageList = try await workspace.value(.packages)
        try await workspace.buildLayer(.packagesLayer, over: parent) { tree in
            try await manager.install(all.phase(.system), all: all, options: options, into: tree)
        }
    }
}
