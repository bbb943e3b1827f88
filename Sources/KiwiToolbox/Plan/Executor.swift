import KiwiDiagnostics

/// Runs the steps of a plan: each as soon as what it reads exists, side by side
/// where they are independent, reusing outputs whose key is known.
public struct Executor: Sendable {
    private let plan: BuildPlan
    private let workspace: Workspace
    private let cache: StepCache?
    /// Facts of the machine that are part of every key (architecture, sandbox kind, ...).
    private let commonKey: [String]
    private let shared: SharedSteps?
    private let peers: (any SharedCache)?

    /// - Parameters:
    ///   - shared: for several plans that run side by side.
    ///   - peers: where outputs of other machines come from and ours go to.
    public init(
        plan: BuildPlan, workspace: Workspace, commonKey: [String], shared: SharedSteps? = nil,
        peers: (any SharedCache)? = nil
    ) {
        self.shared = shared
        self.peers = peers
        self.plan = plan
        self.workspace = workspace
        self.commonKey = commonKey
        cache = workspace.settings.useCache ? StepCache(cache: workspace.folders.cache) : nil
    }

    /// Runs everything.
    /// - Throws: `Failure` with exit code 4 when tools are missing (before the first step),
    ///   or the first step's error; then all other steps are cancelled.
    public func run() async throws {
        try plan.check()
        try ToolCheck.require(plan.tools, toolsTree: workspace.settings.toolsTree)
        enum Event: Sendable {
            case finished(Int, key: String)
            case stored
        }
        var done = plan.given
        var waiting = Array(plan.steps.indices)
        var running = 0
        try await withThrowingTaskGroup(of: Event.self) { group in
            func startReady() {
                for index in waiting where plan.steps[index].reads.allSatisfy(done.contains) {
                    if plan.steps[index].exclusive, running > 0 { continue }
                    waiting.removeAll { $0 == index }
                    running += 1
                    group.addTask {
                        .finished(index, key: try await runStep(plan.steps[index]))
                    }
                }
            }
            startReady()
            while let event = try await group.next() {
                guard case .finished(let index, let key) = event else { continue }
                let step = plan.steps[index]
                running -= 1
                done.formUnion(step.writes)
                let result = await workspace.artifacts.takeNewResult(of: step.id)
                if let cache, step.reusable, result != nil || peers != nil {
                    group.addTask {
                        do {
                            if let result { try await cache.store(step, result, in: workspace) }
                            if let peers, let place = cache.place(of: cacheKey(key)) {
                                try await peers.push(cacheKey(key), from: place, in: workspace)
                            }
                        } catch is CancellationError {
                        } catch {
                            workspace.log.warning(
                                "cannot keep the result of \(step.id) in the cache: \(error)")
                        }
                        return .stored
                    }
                }
                startReady()
            }
        }
    }

    /// - Returns: the step's key.
    private func runStep(_ step: any BuildStep) async throws -> String {
        var workspace = workspace
        workspace.stepID = step.id
        workspace.log.event(.stepStarted(id: step.id, summary: step.summary))
        let start = ContinuousClock.now
        let key = try await key(of: step, in: workspace)
        let reused: Bool
        if let shared {
            let place = workspace
            let (outputs, isNew) = try await shared.outputs(for: key) {
                _ = try await make(step, key: key, in: place)
                return try await place.outputs(of: step)
            }
            if !isNew { try await workspace.adopt(outputs) }
            reused = !isNew
        } else {
            reused = try await make(step, key: key, in: workspace)
        }
        for artifact in step.writes { await workspace.artifacts.setKey(artifact, madeBy: key) }
        let time = start.duration(to: .now)
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        workspace.log.event(.stepFinished(id: step.id, seconds: seconds, reused: reused))
        return key
    }

    /// Takes the outputs from the cache or runs the step.
    /// - Returns: true when they came from the cache.
    private func make(_ step: any BuildStep, key: String, in workspace: Workspace) async throws -> Bool {
        if step.reusable, let cache, let entry = try await find(key, in: cache, workspace) {
            try await cache.restore(entry, of: step, in: workspace)
            if let notice = step.reuseNotice { workspace.log.info(notice) }
            for warning in entry.warnings ?? [] { workspace.log.warning(warning) }
            return true
        }
        let warnings = BuildLog.KeptWarnings()
        var place = workspace
        place.log = workspace.log.keeping(warnings)
        try await step.run(in: place)
        if step.reusable {
            await workspace.artifacts.setNewResult(
                of: step.id, ArtifactStore.NewResult(key: cacheKey(key), warnings: warnings.texts))
        }
        return false
    }

    /// The outputs that are kept here, or that another machine has.
    private func find(_ key: String, in cache: StepCache, _ workspace: Workspace) async throws
        -> StepCache.Entry?
    {
        let key = cacheKey(key)
        if let entry = cache.lookup(key, log: workspace.log) { return entry }
        guard let peers,
            try await cache.add(key, { try await peers.fetch(key, into: $0, in: workspace) })
        else { return nil }
        return cache.lookup(key, log: workspace.log)
    }

    /// What outputs are kept under: a copied layer is a whole tree, a stacked one is what it changed. Ids that
    /// come from keys are the same in both.
    private func cacheKey(_ key: String) -> String {
        workspace.layers.isCopying ? Digest(ofParts: ["copied", key]).hex : key
    }

    /// Everything that decides what a step makes.
    private func key(of step: any BuildStep, in workspace: Workspace) async throws -> String {
        var parts = commonKey
        parts.append(String(reflecting: type(of: step)))
        parts.append("\(type(of: step).version)")
        parts.append(String(decoding: try CanonicalJSON.encode(step), as: UTF8.self))
        for artifact in step.reads {
            parts.append(artifact.label)
            parts.append(try await workspace.key(of: artifact))
        }
        parts += try await step.keyMaterial(in: workspace)
        return Digest(ofParts: parts).hex
    }
}
