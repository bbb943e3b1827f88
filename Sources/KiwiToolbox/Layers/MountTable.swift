/// The mounts this build has made, undone last in, first out.
public final class MountTable: Sendable {
    public init() {}

    func withKernelFileSystems<Result: Sendable>(
        at tree: String, network: Bool, _ body: () async throws -> Result
    ) async throws -> Result {
        fatalError("not yet")
    }

    func withBindMounts<Result: Sendable>(
        _ binds: [BindMount], at tree: String, _ body: () async throws -> Result
    ) async throws -> Result {
        fatalError("not yet")
    }
}
