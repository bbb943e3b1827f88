import KiwiDiagnostics

/// One unit of work of a build: a value that says what it reads and writes,
/// and does the work when the executor calls `run`.
///
/// A step is printed (`--dry-run`), hashed (reuse) and executed. Its stored
/// properties are its parameters; they must be everything that influences the
/// result besides the artifacts it reads. One step, one file.
public protocol BuildStep: Encodable, Sendable {
    /// Raised when the same inputs give other outputs than before.
    static var version: Int { get }
    /// Unique within a plan, for example `initrd` or `layer.packages`.
    var id: String { get }
    /// A line for people: "pack the root tree into squashfs.img".
    var summary: String { get }
    /// Further lines for people: a table of sizes.
    var details: [String] { get }
    /// The place in the description that asked for it.
    var because: Position? { get }
    var reads: [Artifact] { get }
    var writes: [Artifact] { get }
    /// Programs it calls on the build machine.
    var tools: [ToolRequirement] { get }
    /// Whether its outputs may be taken from the cache when its key is known.
    var reusable: Bool { get }
    /// Told in one line when its outputs are reused, for steps whose reuse is a choice
    /// (scripts with network access): says how to run it again.
    var reuseNotice: String? { get }
    /// Whether it must see the only running step (true for almost none).
    var exclusive: Bool { get }
    /// Further facts that decide the result and are known only when its inputs
    /// exist, for example versions of tools in the tree.
    func keyMaterial(in workspace: Workspace) async throws -> [String]
    func run(in workspace: Workspace) async throws
}

extension BuildStep {
    public static var version: Int { 1 }
    public var because: Position? { nil }
    public var details: [String] { [] }
    public var tools: [ToolRequirement] { [] }
    public var reusable: Bool { false }
    public var reuseNotice: String? { nil }
    public var exclusive: Bool { false }
    public func keyMaterial(in workspace: Workspace) async throws -> [String] { [] }
}
