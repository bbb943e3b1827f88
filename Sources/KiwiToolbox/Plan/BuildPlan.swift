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

    /// Checks that every artifact is made exactly once and that no step waits for ever.
    public func check() throws {
        var made = given
        for step in steps {
            for artifact in step.writes {
                guard made.insert(artifact).inserted else {
                    throw Diagnostic(
                        "internal-plan", "the plan makes \(artifact.label) twice (\(step.id))",
                        remedy: "report this as a bug of kiwi")
                }
            }
        }
        for step in steps {
            for artifact in step.reads where !made.contains(artifact) {
                throw Diagnostic(
                    "internal-plan", "step \(step.id) reads \(artifact.label), which no step makes",
                    remedy: "report this as a bug of kiwi")
            }
        }
        var known = given
        var waiting = steps
        while !waiting.isEmpty {
            let ready = waiting.filter { $0.reads.allSatisfy(known.contains) }
            guard !ready.isEmpty else {
                throw Diagnostic(
                    "internal-plan",
                    "the steps \(waiting.map(\.id).joined(separator: ", ")) wait for each other",
                    remedy: "report this as a bug of kiwi")
            }
            known.formUnion(ready.flatMap(\.writes))
            waiting.removeAll { step in ready.contains { $0.id == step.id } }
        }
    }
}
