import KiwiDescription
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

/// The builds of one command: one, or several types of one description side by side.
struct BuildSessions {
    /// As the command line says it.
    let request: BuildRequest
    let all: [BuildSession]

    /// - Throws: everything that is wrong with any of them.
    init(_ request: BuildRequest) throws {
        self.request = request
        let types = try Self.types(of: request)
        guard types.count > 1 else {
            all = [try BuildSession(request)]
            return
        }
        var sessions: [BuildSession] = []
        var failures: [Failure] = []
        for type in types {
            do {
                sessions.append(try BuildSession(request.one(type)))
            } catch {
                failures.append(Report.asFailure(error))
            }
        }
        if !failures.isEmpty { throw Failure.joined(failures) }
        all = sessions
    }

    /// Findings of all, each once.
    var warnings: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return all.flatMap(\.warnings).filter { seen.insert($0).inserted }
    }

    /// Everything about this machine that can be known before the work starts, all at once.
    func checkMachine() throws {
        var failures: [Failure] = []
        for session in all {
            do { try session.checkMachine() } catch { failures.append(Report.asFailure(error)) }
        }
        if !failures.isEmpty { throw Failure.joined(failures) }
    }

    /// Runs the plans; one that fails does not stop the others.
    func run(in workspace: Workspace, worker: Worker) async throws {
        let places = request.cacheSources + [request.cacheTarget].compactMap(\.self)
        try ToolCheck.require(SharedLayers.requirements(places))
        let peers =
            places.isEmpty
            ? nil
            : SharedLayers(
                from: request.cacheSources, to: request.cacheTarget, access: request.registries)
        if all.count == 1 {
            return try await run(all[0], in: workspace, worker: worker, shared: nil, peers: peers)
        }
        let shared = SharedSteps()
        let failures = await withTaskGroup(of: Failure?.self) { group in
            for session in all {
                group.addTask {
                    let name = session.image.type.name
                    do {
                        try await run(
                            session, in: try workspace.scoped(to: name, target: session.request.target!),
                            worker: worker, shared: shared, peers: peers)
                        return nil
                    } catch is CancellationError {
                        return nil
                    } catch {
                        return session.explained(error, log: workspace.log, name: name)
                    }
                }
            }
            return await group.reduce(into: [Failure]()) { list, failure in
                if let failure { list.append(failure) }
            }
        }
        try Task.checkCancellation()
        if !failures.isEmpty { throw Failure.joined(failures) }
    }

    private func run(
        _ session: BuildSession, in workspace: Workspace, worker: Worker, shared: SharedSteps?,
        peers: (any SharedCache)?
    ) async throws {
        try await session.adoptGivenTree(in: workspace)
        try await Executor(
            plan: session.plan, workspace: workspace,
            commonKey: worker.commonKey(
                architecture: session.image.architecture.rawValue, in: workspace), shared: shared,
            peers: peers
        ).run()
    }

    /// The types that the command line asks for, each once; empty: the primary one.
    private static func types(of request: BuildRequest) throws -> [String] {
        var seen: Set<String> = []
        let named = request.types.filter { seen.insert($0).inserted }
        guard named.contains("all") else { return named }
        let folder = request.usesGivenTree ? request.root! : request.description!
        let loaded = try DescriptionLoader.load(
            folder: folder, fileName: request.kiwiFile, fetch: SmallDownload.fetch)
        return try loaded.typeNames(
            ResolveRequest(
                profiles: request.profiles,
                architecture: request.targetArchitecture.map(Architecture.init(rawValue:)) ?? .host,
                overrides: request.overrides))
    }
}

extension BuildRequest {
    /// The request for one of several types.
    fileprivate func one(_ type: String) -> BuildRequest {
        var request = self
        request.type = type
        request.isOneOfSeveral = true
        request.logFile = buildLogFile
        request.target = target.map { "\($0)/\(type)" }
        return request
    }
}

extension Failure {
    /// Several failures as one, each finding once, with the first's exit code.
    fileprivate static func joined(_ failures: [Failure]) -> Failure {
        var seen: Set<Diagnostic> = []
        return Failure(
            failures[0].exitCode,
            failures.flatMap(\.diagnostics).filter { seen.insert($0).inserted })
    }
}
