import ArgumentParser
import KiwiDiagnostics
import KiwiToolbox
import Synchronization

/// Opens a shell in the tree of a target or a root folder.
/// - Returns: the shell's exit code.
func shellSandboxed(_ request: ShellRequest) async throws -> Int32 {
    let stack = try request.stack()
    guard SandboxLauncher.current != nil else {
        do {
            try await enterSandbox(request.sandbox, interactive: true)
            return 0
        } catch let code as ArgumentParser.ExitCode {
            return code.rawValue
        }
    }
    let place = FileSystem.parent(of: stack[0])
    let worker = Worker(Worker.Setup(bulkParent: place, cache: request.cache), log: BuildLog())
    let code = Mutex<Int32>(0)
    try await worker.run { workspace in
        let result = try await TreeShell.run(stack: stack, command: request.command, in: workspace)
        code.withLock { $0 = result }
    }
    return code.withLock { $0 }
}

extension ShellRequest {
    fileprivate func stack() throws -> [String] {
        if let root { return [root] }
        let target = target!
        if let failed = try FailedTree.load(target: target) { return failed.stack }
        let kept = "\(target)/build/image-root"
        if FileSystem.isFolder(kept) { return [kept] }
        throw Failure(
            .usage,
            Diagnostic(
                "no-tree", "there is no failed or kept tree in \(target)",
                remedy: "build with --keep-root to keep the tree of a good build"))
    }
}
