import ArgumentParser
import Foundation
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// Runs a build inside the sandbox; with `dryRun` prints its plan.
///
/// Called twice: by the outer process, which checks everything, takes the lock and
/// starts the sandbox, and by the worker inside, which does the work.
func performSandboxed(_ request: BuildRequest, observer: any BuildObserver) async throws {
    let sessions = try BuildSessions(request)
    if request.dryRun { return try await printPlans(sessions, observer: observer) }
    let logFile = request.buildLogFile
    let inside = SandboxLauncher.current != nil
    if !inside {
        Report.findings(sessions.warnings)
        try sessions.checkMachine()
        let lock = try TargetLock(logFile)
        defer { withExtendedLifetime(lock) {} }
        try await enterSandbox(request.sandbox, request: request)
        return
    }
    let log = BuildLog(observer: observer)
    guard log.open(logFile) else {
        throw Failure(
            .machineLacks,
            Diagnostic(
                "unwritable-log", "cannot write the log \(logFile)",
                remedy: "choose another target folder, or another --logfile"))
    }
    let worker = Worker(request.workerSetup, log: log)
    do {
        try await worker.run { try await sessions.run(in: $0, worker: worker) }
        if request.useCache { keepCacheSmall(request, log) }
    } catch let error where !(error is CancellationError) && sessions.all.count == 1 {
        throw sessions.all[0].explained(error, log: log)
    }
}

/// A cache that nobody looks after does not fill the disk. Nothing here fails a build.
private func keepCacheSmall(_ request: BuildRequest, _ log: BuildLog) {
    let limit = request.configuration.cacheLimit ?? CacheFolder.defaultLimit
    do {
        let removed = try CacheFolder(request.cache).upkeep(limit: limit)
        guard !removed.isEmpty else { return }
        let bytes = ByteCount(bytes: removed.reduce(0) { $0 + $1.bytes }).text
        log.debug("cache: \(removed.count) entries not used for long were removed (\(bytes))")
    } catch {
        log.debug("cache: \(error)")
    }
}

/// With `--estimate` the solver runs in the sandbox first; nothing is written but its cache.
private func printPlans(_ sessions: BuildSessions, observer: any BuildObserver) async throws {
    Report.once(sessions.warnings)
    var estimates: [ResolvedPackages.Totals] = []
    if sessions.request.estimate {
        for session in sessions.all {
            guard let estimate = try await estimate(session, observer: observer) else { return }
            estimates.append(estimate)
        }
    }
    guard sessions.request.format == .json else {
        for (index, session) in sessions.all.enumerated() {
            if sessions.all.count > 1 { Output.result("== \(session.image.type.name)") }
            Output.result(try PlanPrinter.text(session.plan))
            if !estimates.isEmpty { Output.result(estimates[index].text) }
        }
        return
    }
    let plans = try sessions.all.enumerated().map { index, session in
        try PlanPrinter.json(session.plan, estimate: estimates.isEmpty ? nil : estimates[index].facts)
    }
    Output.result(plans.count == 1 ? plans[0] : "[\(plans.joined(separator: ",\n"))]")
}

/// nil outside of the sandbox, and where no packages are asked for.
private func estimate(_ session: BuildSession, observer: any BuildObserver) async throws
    -> ResolvedPackages.Totals?
{
    let request = session.request
    let step = session.plan.steps.lazy.compactMap { $0 as? ResolvePackages }.first
    guard let step else { return nil }
    let solving = PackageSolving(
        request: step.request, cache: request.cache, temporary: request.temporaryFolder ?? "/var/tmp",
        settings: request.workerSetup.settings, sandbox: request.sandbox)
    return try await solving.run(observer: observer).map { ResolvedPackages.Totals($0.list) }
}

extension ResolvedPackages.Totals {
    fileprivate var text: String {
        "estimate: \(packages) packages, \(ByteCount(bytes: downloadSize).text) to fetch at most, "
            + "\(ByteCount(bytes: installedSize).text) installed"
    }

    fileprivate var facts: [String: Int64] {
        [
            "packages": Int64(packages), "downloadsize_bytes": downloadSize,
            "installsize_bytes": installedSize,
        ]
    }
}

/// Starts the worker and ends with its exit code.
func enterSandbox(
    _ choice: GlobalOptions.SandboxChoice, request: BuildRequest? = nil, interactive: Bool = false
) async throws {
    let outcome = try SandboxProbe.choose(choice == .auto ? nil : SandboxKind(rawValue: choice.rawValue))
    Report.findings(outcome.findings)
    let code = try await SandboxLauncher.run(
        outcome.kind, arguments: Array(CommandLine.arguments.dropFirst()),
        environment: request?.workerSetup.environment ?? [:], interactive: interactive)
    if code > 128, let request { await removeLeftovers(of: request, kind: outcome.kind) }
    if code != 0 { throw ArgumentParser.ExitCode(code) }
}

/// After a signal: what the worker could not remove in time.
private func removeLeftovers(of request: BuildRequest, kind: SandboxKind) async {
    let folders = Worker.leftovers(of: request.workerSetup)
    guard !folders.isEmpty else { return }
    _ = try? await SandboxLauncher.run(kind, arguments: ["system", "clean", "--work-folders"] + folders)
}
