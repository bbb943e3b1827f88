import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// Lays kept trees over each other as a plain folder, in the sandbox.
///
/// The sandboxed half does this when the folder is missing, else nothing: then it is there for what follows.
/// - Returns: whether this is that half, and all of its work is done.
func unpackSandboxed(
    _ sources: [BaseImageSource], to root: String, _ access: RegistryAccess, _ global: GlobalOptions
) async throws -> Bool {
    let architecture = global.targetArch.map(Architecture.init(rawValue:)) ?? .host
    let plan = BuildPlan(steps: [
        ImportBaseImage(sources, architecture: architecture, access: access, because: nil), UnpackBaseImage(),
        ExportTree(layer: .baseTree, folder: root),
    ])
    let parent = FileSystem.parent(of: root)
    guard SandboxLauncher.current != nil else {
        if FileSystem.exists(root) {
            throw Failure(
                .usage,
                Diagnostic(
                    "root-exists", "the root tree \(root) exists already",
                    remedy: "remove it with 'kiwi system clean --target-dir \(FileSystem.parent(of: parent))'"
                ))
        }
        try plan.check()
        try ToolCheck.require(plan.tools)
        try FileSystem.makeFolder(parent)
        let lock = try TargetLock("\(root).log")
        defer { withExtendedLifetime(lock) {} }
        try await enterSandbox(try BuildRequest.sandbox(global.sandbox))
        return false
    }
    if FileSystem.exists(root) { return false }
    try await Progress.showing(global) { observer in
        var setup = Worker.Setup.small(global, in: parent)
        setup.architecture = global.targetArch ?? ""
        setup.hostArchitecture = Architecture.host.rawValue
        let log = BuildLog(observer: observer)
        _ = log.open("\(root).log")
        let worker = Worker(setup, log: log)
        try await worker.run { workspace in
            try await Executor(
                plan: plan, workspace: workspace,
                commonKey: worker.commonKey(architecture: architecture.rawValue, in: workspace)
            ).run()
        }
    }
    return true
}
