import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// Runs the programs that a tools tree provides in a view of it, and all others on the build machine.
struct ToolsTreeRunner: CommandRunner {
    let machine: any CommandRunner
    let tree: ToolsTree
    let view: ToolsTreeView

    /// Unpacks the tree where it is a file, and looks what it is.
    /// - Parameter place: a folder of this build on a tmpfs.
    /// - Returns: also the tree as a folder, with its key.
    static func make(
        _ tree: ToolsTree, over machine: any CommandRunner, cache: String, place: String, mounts: MountTable,
        ownersAreMapped: Bool, log: BuildLog
    ) async throws -> ToolsTreeRunner {
        var tree = tree
        let given = tree.path
        if tree.isFolder {
            try tree.checkIsTree()
            tree.key = try key(of: tree.path)
        } else {
            let file = ToolsTreeFile(path: tree.path, cache: cache, runner: machine, log: log)
            (tree.path, tree.key) = try await file.unpacked(ownersAreMapped: ownersAreMapped)
        }
        let view = ToolsTreeView(tree: tree.path, place: place, mounts: mounts)
        try await view.prepare(with: machine)
        let names = tree.own.filter(tree.provides).sorted()
        log.info(
            "tools tree \(given): " + (names.isEmpty ? "no package manager" : names.joined(separator: ", ")))
        return ToolsTreeRunner(machine: machine, tree: tree, view: view)
    }

    /// Names, sizes and owners of all files, and when packages were last changed.
    private static func key(of folder: String) throws -> String {
        let databases = [
            "var/lib/dpkg/status", "usr/lib/sysimage/rpm", "var/lib/rpm", "var/lib/pacman/local", "usr/bin",
        ]
        let times = databases.map { FileSystem.changeTime(of: "\(folder)/\($0)").map(String.init) ?? "" }
        return Digest(ofParts: [try TreeListing(of: folder).digest] + times).hex
    }

    @discardableResult
    func run(_ call: ToolCall) async throws -> ToolResult {
        guard isInside(call) else { return try await machine.run(call) }
        return try await view.enter { root in try await machine.run(moved(call, to: root)) }
    }

    /// Whether it, or a program that its output goes to, is taken from the tree.
    private func isInside(_ call: ToolCall) -> Bool {
        if call.root == nil, tree.provides(call.tool) { return true }
        guard case .pipe(let reader) = call.output else { return false }
        return isInside(reader)
    }

    /// The same call with its programs of the tree in the view.
    func moved(_ call: ToolCall, to root: String) -> ToolCall {
        var moved = call
        if case .pipe(let reader) = call.output { moved.output = .pipe(to: self.moved(reader, to: root)) }
        guard call.root == nil, tree.provides(call.tool) else { return moved }
        moved.root = root
        if let folder = call.workingDirectory {
            (moved.tool, moved.arguments) = ("env", ["--chdir=\(folder)", call.tool] + call.arguments)
        }
        return moved
    }
}
