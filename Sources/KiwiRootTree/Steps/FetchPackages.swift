import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Brings the packages of one phase into the shared store, while earlier layers are being built.
public struct FetchPackages: BuildStep {
    public var manager: Located<String>
    public var phase: PackageList.Phase

    public init(manager: Located<String>, phase: PackageList.Phase) {
        self.manager = manager
        self.phase = phase
    }

    /// Says that the packages of a phase have been fetched; their digests.
    static func fetched(_ phase: PackageList.Phase) -> Artifact {
        .value("packages.\(phase.rawValue).fetched")
    }
    static func list(_ phase: PackageList.Phase) -> Artifact {
        phase == .bootstrap ? .bootstrapPackages : .systemPackages
    }

    private enum CodingKeys: CodingKey { case phase }

    public var id: String { "packages.fetch.\(phase.rawValue)" }
    public var summary: String { "fetch the packages of the \(phase.rawValue) phase" }
    public var because: Position? { manager.position }
    public var reads: [Artifact] { [Self.list(phase)] }
    public var writes: [Artifact] { [Self.fetched(phase)] }
    /// A reused layer needs no package files; the layer steps fetch what is missing all the same.
    public var reusable: Bool { true }

    public func run(in workspace: Workspace) async throws {
        let list: PackageList = try await workspace.value(Self.list(phase))
        try await PackageManagerRegistry.manager(named: manager).fetch(list, in: workspace)
        try await workspace.set(Self.fetched(phase), list.packages.map(\.sha256))
    }
}
