/// Where outputs of steps come from that other machines have made, and where ours go to.
///
/// A peer that fails never ends a build: what cannot be had is made here. Implementations say so themselves.
public protocol SharedCache: Sendable {
    /// Takes the entry with this key from the first peer that has it.
    ///
    /// - Parameter folder: an empty folder, to be filled as ``StepCache`` keeps entries.
    /// - Returns: whether it is filled.
    /// - Throws: `CancellationError` only.
    func fetch(_ key: String, into folder: String, in workspace: Workspace) async throws -> Bool

    /// Gives an entry to the peer for results, unless that has it.
    ///
    /// - Parameter folder: the entry in this machine's cache.
    /// - Throws: `CancellationError` only.
    func push(_ key: String, from folder: String, in workspace: Workspace) async throws
}
