import KiwiDiagnostics
import KiwiToolbox

/// Runs one of the description's scripts inside a tree the way KIWI calls it: `/image/NAME` if it is
/// executable, else with bash; working directory `/`; with all `kiwi_*` variables.
public struct ScriptRun: Sendable {
    let tree: RootTree
    let script: DescriptionContents.File
    let variables: [String: String]
    let clock: Int64?

    /// - Parameter variables: `kiwi_*`.
    public init(
        tree: RootTree, script: DescriptionContents.File, variables: [String: String], clock: Int64?
    ) {
        self.tree = tree
        self.script = script
        self.variables = variables
        self.clock = clock
    }

    /// Where notes about the run are kept, inside the tree.
    private static let traceInside = "/run/kiwi-script"

    public func run(arguments: [String] = []) async throws {
        let workspace = tree.workspace
        workspace.log.info("Calling \(script.name) script")
        let notes = "\(workspace.folders.scratch)/script-\(script.name)"
        try FileSystem.makeFolder(notes)
        defer { LocalFile.remove(notes) }
        let inside = "/image/\(script.name)"
        let theirs = workspace.settings.extraEnvironment["BASH_ENV"]
        try FileSystem.write(
            ScriptTrace.prelude(script: inside, notes: "\(Self.traceInside)/notes", then: theirs),
            to: "\(notes)/prelude")
        let call = ToolCall(
            script.executable ? inside : "bash", (script.executable ? [] : [inside]) + arguments,
            environment: environment(workspace.settings), output: .lines { _ in },
            logPrefix: "\(script.name): ")
        do {
            try await tree.withKernelFileSystems(network: workspace.settings.networkForScripts) {
                try await tree.withBindMounts([BindMount(notes, at: Self.traceInside, readOnly: false)]) {
                    try await tree.run(call)
                }
            }
        } catch let failure as ToolFailure {
            throw problem(failure, ScriptTrace(notes: LocalFile.readIfPresent("\(notes)/notes") ?? ""))
        }
    }

    private func environment(_ settings: BuildSettings) -> [String: String] {
        var environment = settings.extraEnvironment
        environment.merge(ScriptVariables.forScripts(variables)) { _, ours in ours }
        environment["BASH_ENV"] = "\(Self.traceInside)/prelude"
        environment["HOME"] = environment["HOME"] ?? "/root"
        if let clock { environment["SOURCE_DATE_EPOCH"] = "\(clock)" }
        return environment
    }

    func problem(_ failure: ToolFailure, _ trace: ScriptTrace) -> Failure {
        let text = LocalFile.readIfPresent(script.path) ?? ""
        let end = trace.end(of: text, exitCode: failure.exitCode)
        let what = end?.command.map { "'\($0)' ended" } ?? "the script ended"
        let lines = failure.lastLines.suffix(12).map { $0 }
        if failure.exitCode == 126 || failure.exitCode == 127,
            lines.contains(where: { $0.contains("chroot:") })
        {
            return Failure(
                .buildFailed,
                Diagnostic(
                    "script-not-runnable", at: Position(file: script.path, line: 1, column: 1),
                    "\(script.name) cannot be run in the tree",
                    remedy: "correct its first line (#!), or add the package that brings its interpreter",
                    notes: lines))
        }
        return Failure(
            .buildFailed,
            Diagnostic(
                "script-failed", at: Position(file: script.path, line: end?.line ?? 1, column: 1),
                "\(script.name): \(what) with exit code \(failure.exitCode)", remedy: remedy, notes: lines))
    }

    private var remedy: String {
        let target = tree.workspace.folders.target
        return target.isEmpty
            ? "correct the script, then run the build again"
            : "enter the tree with `kiwi system shell --target-dir \(target)`"
    }
}
