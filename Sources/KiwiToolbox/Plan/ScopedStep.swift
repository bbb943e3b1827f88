import KiwiDiagnostics

/// A step of a second tree in one plan: the same work, with the names of all its artifacts in a scope of
/// their own, so that the root tree of a boot image is built beside the one of the system.
struct ScopedStep<Step: BuildStep>: BuildStep {
    /// Without blanks: part of names of artifacts and folders.
    var scope: String
    var step: Step

    static var version: Int { Step.version }
    var id: String { "\(scope).\(step.id)" }
    var summary: String { "\(scope): \(step.summary)" }
    var because: Position? { step.because }
    var reads: [Artifact] { step.reads.map { $0.scoped(scope) } }
    var writes: [Artifact] { step.writes.map { $0.scoped(scope) } }
    var tools: [ToolRequirement] { step.tools }
    var reusable: Bool { step.reusable }
    var reuseNotice: String? { step.reuseNotice.map { "\(scope): \($0)" } }

    func keyMaterial(in workspace: Workspace) async throws -> [String] {
        try await step.keyMaterial(in: workspace.inScope(scope))
    }

    func run(in workspace: Workspace) async throws { try await step.run(in: workspace.inScope(scope)) }

    func encode(to encoder: any Encoder) throws { try step.encode(to: encoder) }
}

extension BuildStep {
    /// The step for a second tree, whose artifacts have names in a scope of their own.
    public func scoped(_ scope: String) -> any BuildStep { ScopedStep(scope: scope, step: self) }
}
