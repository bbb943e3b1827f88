import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

extension Artifact {
    public static let packageListFile = Artifact.file("packages.list")
    public static let verificationFile = Artifact.file("verified.list")
    public static let changesFile = Artifact.file("changes.list")
}

/// Writes the lists that go with every image: packages, files that differ from their
/// package, change logs.
public struct WriteLists: BuildStep {
    public let id = "lists"
    public var tree: Artifact
    public var packageManager: Located<String>
    public var withChanges: Bool

    public init(tree: Artifact, packageManager: Located<String>, withChanges: Bool) {
        self.tree = tree
        self.packageManager = packageManager
        self.withChanges = withChanges
    }

    private enum CodingKeys: CodingKey { case tree, withChanges }

    public var because: Position? { packageManager.position }
    public var summary: String { "list packages, changed files\(withChanges ? " and change logs" : "")" }
    public var reads: [Artifact] { [tree] }
    public var writes: [Artifact] {
        [.packageListFile, .verificationFile] + (withChanges ? [.changesFile] : [])
    }
    public var reusable: Bool { true }
    public var tools: [ToolRequirement] {
        (try? PackageManagerRegistry.manager(named: packageManager))?.tools ?? []
    }

    public func run(in workspace: Workspace) async throws {
        let manager = try PackageManagerRegistry.manager(named: packageManager)
        try await workspace.withTree(of: tree) { tree in
            try await FileSystem.write(manager.packageList(in: tree), to: workspace.newFile(.packageListFile))
            try await FileSystem.write(
                manager.verification(of: tree), to: workspace.newFile(.verificationFile))
            if withChanges {
                try await FileSystem.write(manager.changes(in: tree), to: workspace.newFile(.changesFile))
            }
        }
    }
}
