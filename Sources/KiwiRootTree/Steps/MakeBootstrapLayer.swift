import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Makes the first layer of a tree: essential packages, the package manager, bootstrap packages.
///
/// Its key is the list of packages alone, so that all images of a distribution
/// with the same bootstrap packages share it.
public struct MakeBootstrapLayer: BuildStep {
    public var manager: Located<String>
    public var options: InstallOptions
    /// The tree of the base image of a container.
    public var base: Artifact?

    public init(manager: Located<String>, options: InstallOptions, base: Artifact? = nil) {
        self.manager = manager
        self.options = options
        self.base = base
    }

    /// 2: times of folders that packages share do not depend on the order of unpacking.
    /// 3: a database of rpm is where the tree's own rpm looks when that goes on.
    public static var version: Int { 3 }

    private enum CodingKeys: CodingKey { case options, base }

    public var id: String { "layer.bootstrap" }
    public var summary: String { "install the bootstrap packages" }
    public var because: Position? { manager.position }
    public var reads: [Artifact] {
        [.bootstrapPackages, FetchPackages.fetched(.bootstrap)] + [base].compactMap { $0 }
    }
    public var writes: [Artifact] { [.bootstrapLayer] }
    public var tools: [ToolRequirement] { (try? PackageManagerRegistry.manager(named: manager))?.tools ?? [] }
    public var reusable: Bool { true }

    public func run(in workspace: Workspace) async throws {
        let manager = try PackageManagerRegistry.manager(named: manager)
        let list: PackageList = try await workspace.value(.bootstrapPackages)
        try await workspace.buildLayer(.bootstrapLayer, over: base) { tree in
            if base == nil {
                try await manager.bootstrap(list, options: options, into: tree)
            } else if !list.packages.isEmpty {
                try await manager.install(list, all: list, options: options, into: tree)
            }
        }
    }
}
