import KiwiRootTree
import KiwiToolbox

/// How entries get to a shared place and back, as layouts of OCI's form.
protocol CachePeer: Sendable {
    var location: CacheLocation { get }

    /// Whether it has the entry.
    /// - Throws: ``PeerFailure`` when it cannot be asked.
    func has(_ key: String, in workspace: Workspace) async throws -> Bool

    /// Copies an entry into an empty folder.
    /// - Returns: false when the peer has none.
    /// - Throws: ``PeerFailure``; ``OCILayout/Problem`` for an entry that is damaged.
    func get(_ key: String, into layout: String, in workspace: Workspace) async throws -> Bool

    /// Adds an entry. Others see it only when it is complete.
    ///
    /// - Parameter replacing: what is there under the same names is damaged.
    /// - Throws: ``PeerFailure``.
    func put(_ key: String, from layout: String, replacing: Bool, in workspace: Workspace) async throws
}

/// A peer that does not do what it should: it is not asked again in this build.
struct PeerFailure: Error {
    var text: String
    var remedy: String?
}
