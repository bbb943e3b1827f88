import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// A script of the description that runs on the build side, outside of the root tree.
public struct BuildSideScript {
    /// Absolute path, and the attribute that names it.
    var path: Located<String>
    /// `kiwi_*` variables.
    var environment: [String: String]

    public init(_ path: Located<String>, environment: [String: String]) {
        self.path = path
        self.environment = environment
    }

    private var name: String { FileSystem.name(of: path.value) }

    public func run(in folder: String, _ arguments: [String], _ workspace: Workspace) async throws {
        guard FileSystem.isFile(path.value) else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "missing-script", at: path.position, "the script \(path.value) does not exist",
                    remedy: "put it into the description's folder, or remove the attribute"))
        }
        let call = ToolCall(
            "bash", ["--norc", path.value] + arguments,
            environment: environment.merging(workspace.settings.extraEnvironment) { $1 },
            workingDirectory: folder, logPrefix: "\(name): ")
        do {
            try await workspace.runner.run(call)
        } catch let failure as ToolFailure {
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "script-failed", at: path.position, "\(name) ended with \(failure.exitCode)",
                    remedy: "mend the script; its output is in the log",
                    notes: failure.lastLines.suffix(10)))
        }
    }
}
