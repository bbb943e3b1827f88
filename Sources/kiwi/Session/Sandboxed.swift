import ArgumentParser
import Foundation
import KiwiDiagnostics
import KiwiToolbox

/// Runs a build inside the sandbox; with `dryRun` prints its plan.
///
/// Called twice: by the outer process, which checks everything, takes the lock and
/// starts the sandbox, and by the worker inside, which does the work.
func performSandboxed(_ request: BuildRequest, observer: any BuildObserver) async throws {
    let session = try BuildSession(request)
    if request.dryRun { return try printPlan(session) }
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

private func printPlan(_ session: BuildSession) throws {
    Report.findings(session.warnings)
    let json = session.request.format == .json
    Output.result(json ? try PlanPrinter.json(session.plan) : try PlanPrinter.text(session.plan))
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
