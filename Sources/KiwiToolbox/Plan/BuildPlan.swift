import KiwiDiagnostics

/// Everything a build will do, decided before anything is touched.
public struct BuildPlan: Sendable {
    public var steps: [any BuildStep]
    /// Artifacts that exist before the first step (for `system create`: the tree).
    public var given: Set<Artifact>

    public init(steps: [any BuildStep], given: Set<Artifact> = []) {
        self.steps = steps
        self.given = given
    }

    /// All tools of all steps, each once, sorted by name.
    public var tools: [ToolRequirement] {
        var byName: [String: ToolRequirement] = [:]
        for tool in steps.flatMap(\.tools) where byName[tool.tool] == nil { byName[tool.tool] = tool }
        return byName.values.sorted { $0.tool < $1.tool }
    }
}
