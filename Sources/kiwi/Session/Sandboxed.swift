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
    let session = try BuildSession(request)
    if request.dryRun { return try await printPlan(session, observer: observer) }
    let inside = SandboxLauncher.current != nil
    if !inside {
        Report.findings(session.warnings)
        try session.checkMachine()
        let lock = try TargetLock(session.logFile)
        defer { withExtendedLifetime(lock) {} }
        try await enterSandbox(request.sandbox, request: request)
        return
    }
    let log = BuildLog(observer: observer)
    guard log.open(session.logFile) else {
        throw Failure(
            .machineLacks,
            Diagnostic(
                "unwritable-log", "cannot write the log \(session.logFile)",
                remedy: "choose another target folder, or another --logfile"))
    }
    let worker = Worker(request.workerSetup, log: log)
    do {
        try await worker.run { workspace in
            try await session.adoptGivenTree(in: workspace)
            try await Executor(
                plan: session.plan, workspace: workspace,
                commonKey: worker.commonKey(architecture: session.image.architecture.rawValue)
            ).run()
        }
    } catch {
        throw session.explained(error, log: log)
    }
}

/// With `--estimate` the solver runs in the sandbox first; nothing is written but its cache.
private func printPlan(_ session: BuildSession, observer: any BuildObserver) async throws {
    Report.once(session.warnings)
    let request = session.request
    var estimate: ResolvedPackages.Totals?
    if request.estimate {
        let step = session.plan.steps.lazy.compactMap { $0 as? ResolvePackages }.first
        guard let step else { return }
        let solving = PackageSolving(
            request: step.request, cache: request.cache,
            temporary: request.temporaryFolder ?? "/var/tmp", settings: request.workerSetup.settings,
            sandbox: request.sandbox)
        guard let resolution = try await solving.run(observer: observer) else { return }
        estimate = ResolvedPackages.Totals(resolution.list)
    }
    if request.format == .json {
        let facts = estimate.map {
            [
                "packages": Int64($0.packages), "downloadsize_bytes": $0.downloadSize,
                "installsize_bytes": $0.installedSize,
            ]
        }
        return Output.result(try PlanPrinter.json(session.plan, estimate: facts))
    }
    Output.result(try PlanPrinter.text(session.plan))
    if let estimate {
        Output.result(
            "estimate: \(estimate.packages) packages, \(ByteCount(bytes: estimate.downloadSize).text) to fetch "
                + "at most, \(ByteCount(bytes: estimate.installedSize).text) installed")
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
