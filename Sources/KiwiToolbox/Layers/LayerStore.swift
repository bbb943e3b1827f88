import KiwiDiagnostics

/// The layers of the root trees of one build and how they are stacked.
public final class LayerStore: Sendable {
    public let mounts: MountTable

    public init(mounts: MountTable) { self.mounts = mounts }

    func build(
        _ layer: Artifact, over parent: Artifact?, in workspace: Workspace,
        _ body: (RootTree) async throws -> Void
    ) async throws {
        fatalError("not yet")
    }

    func withScratch<Result: Sendable>(
        _ layer: Artifact, in workspace: Workspace, _ body: (RootTree) async throws -> Result
    ) async throws -> Result {
        fatalError("not yet")
    }

    func withReadable<Result: Sendable>(
        _ layer: Artifact, in workspace: Workspace, _ body: (RootTree) async throws -> Result
    ) async throws -> Result {
        fatalError("not yet")
    }
}
