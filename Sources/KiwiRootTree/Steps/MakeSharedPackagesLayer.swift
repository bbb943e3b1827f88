import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

extension Artifact {
    /// The tree with all packages and nothing that is unique to a machine or a build: what images that
    /// differ in their configuration can share.
    public static let sharedPackagesLayer = Artifact.layer("shared-packages")
}

/// Makes the packages layer fit for being shared: what must be unique per machine, what package scripts
/// and the package manager left behind, and the description's own files are removed.
///
/// The configuration layer does the same later for the whole tree. Whatever it keeps or makes on purpose
/// differs from this tree, and so belongs to what lies above.
public struct MakeSharedPackagesLayer: BuildStep {
    public var manager: Located<String>

    public init(manager: Located<String>) { self.manager = manager }

    private enum CodingKeys: CodingKey {}

    /// 2: databases of packages without the time of the build.
    public static var version: Int { 2 }

    /// What the build itself puts into a tree.
    static let ownFiles = ["/image", "/.profile", "/.kconfig"]

    public var id: String { "layer.shared-packages" }
    public var summary: String { "take out of the packages what is unique to a machine" }
    public var because: Position? { manager.position }
    public var reads: [Artifact] { [.packagesLayer, .clock] }
    public var writes: [Artifact] { [.sharedPackagesLayer] }
    public var reusable: Bool { true }

    public func run(in workspace: Workspace) async throws {
        let manager = try PackageManagerRegistry.manager(named: manager)
        let clock: Int64 = try await workspace.value(.clock)
        try await workspace.buildLayer(.sharedPackagesLayer, over: .packagesLayer) { tree in
            for line in try Self.clean(tree.path, clock: clock) {
                workspace.log.debug("shared packages: \(line)")
            }
            try await manager.cleanUp(tree)
        }
    }

    /// - Returns: what was done, one line each.
    static func clean(_ tree: String, clock: Int64) throws -> [String] {
        for path in ownFiles { try FileSystem.removeTree(try TreePath.resolve(path, below: tree)) }
        let done =
            try IdentitySnapshot(of: tree).remove(from: tree, keeping: [])
            + LeftoverFiles.remove(from: tree, keeping: [])
        try ShadowDays.set(in: tree, clock: clock)
        return done
    }
}
