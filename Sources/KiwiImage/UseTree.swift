import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Takes a root tree that was prepared before (`system create --root`): says what the steps
/// that make a tree would have said about it.
public struct UseTree: BuildStep {
    public let id = "tree"
    public var tree: Artifact

    public init(tree: Artifact) { self.tree = tree }

    public var summary: String { "take the prepared root tree" }
    public var reads: [Artifact] { [tree] }
    public var writes: [Artifact] { [.clock, .deviceNodes] }

    public func run(in workspace: Workspace) async throws {
        let nodes = [DeviceNode]()
        try await workspace.set(.deviceNodes, nodes)
        let clock = try await workspace.withTree(of: tree) { try newestDescriptionTime($0) }
        try await workspace.set(.clock, workspace.settings.sourceDateEpoch ?? clock)
    }

    /// Without SOURCE_DATE_EPOCH: the newest time in `/image`, which only preparing writes.
    private func newestDescriptionTime(_ tree: RootTree) throws -> Int64 {
        let folder = try tree.resolve("/image")
        var newest: Int64 = 0
        for name in (try? FileSystem.names(in: folder)) ?? [] {
            var info = stat()
            if lstat("\(folder)/\(name)", &info) == 0 { newest = max(newest, Int64(info.st_mtim.tv_sec)) }
        }
        return newest
    }
}
