import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// Opens a shell inside a tree: the kept tree of a failed build, or a plain root tree.
public enum TreeShell {
    /// Shows the stack as one tree, mounts what programs need and runs the command on the terminal.
    /// - Parameters:
    ///   - stack: folders, topmost first; changes go into the first.
    ///   - command: words to run; a login shell when empty.
    /// - Returns: the command's exit code.
    public static func run(stack: [String], command: [String], in workspace: Workspace) async throws -> Int32
    {
        for folder in stack where !FileSystem.isRealFolder(folder) {
            throw Failure(
                .usage,
                Diagnostic(
                    "tree-gone", "the folder \(folder) of the tree is gone",
                    remedy: "build again to get a new tree"))
        }
        let layer = Artifact.layer("shell")
        return try await workspace.layers.withWritable(layer, stack: stack, in: workspace) { tree in
            try await tree.withKernelFileSystems {
                let shell =
                    (Distribution.values("shell") + ["/bin/sh"]).first { FileSystem.exists(tree.path + $0) }
                    ?? "/bin/sh"
                // An ordinary user's PATH lacks the sbin folders.
                let words =
                    [ToolCheck.find("chroot") ?? "chroot", tree.path]
                    + (command.isEmpty ? [shell, "-l"] : command)
                let environment = [
                    "PATH": ProcessRunner.searchPath, "HOME": "/root", "LANG": "C.UTF-8",
                    "TERM": getenv("TERM").map { String(cString: $0) } ?? "dumb",
                    "PS1": "(image) \\w # ",
                ]
                guard let pid = SynchronousProcess.spawn(words, environment: environment) else { return 127 }
                return SynchronousProcess.wait(for: pid)
            }
        }
    }
}
