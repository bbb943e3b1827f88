import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Installs into a tree and removes from it: with the tree's own dnf, else with the machine's.
struct DnfInstaller: Sendable {
    let tree: RootTree
    let state: DnfState
    let options: InstallOptions?
    /// The tree's own dnf; nil: the machine's works on the tree from outside.
    private(set) var own: Own?

    /// A dnf inside the tree.
    struct Own: Sendable, Hashable {
        var manager: TreeManager
        var program: DnfProgram
    }

    init(tree: RootTree, state: DnfState, options: InstallOptions?) {
        (self.tree, self.state, self.options) = (tree, state, options)
    }

    /// The same with the tree's own dnf if it has one that starts.
    /// - Parameter name: the value of `<packagemanager>`.
    func inTree(for name: String) async throws -> DnfInstaller {
        let candidates = DnfProgram.inside(for: name)
        guard let manager = try TreeManager.find(candidates.map(\.file), in: tree),
            let program = candidates.first(where: { $0.file == manager.name })?.program,
            let place = RpmDatabase.find(in: tree.path)
        else { return self }
        var inside = self
        inside.own = Own(manager: manager, program: program)
        try state.configureInside(program)
        try inside.home.write(place, options: options)
        let environment = inside.environment
        let starts = try await inside.mounted {
            try await manager.starts(inside.calls.version, environment: environment, in: tree)
        }
        return starts ? inside : self
    }

    private var workspace: Workspace { tree.workspace }
    private var home: RpmHome {
        own == nil
            ? RpmHome(folder: "\(state.folder)/home-tree")
            : RpmHome(folder: "\(state.insideFolder)/home", inside: "\(DnfConfiguration.settingsInside)/home")
    }
    private var calls: DnfCalls { own.map { state.calls(inside: $0.program) } ?? state.calls }
    private var root: String? { own == nil ? tree.path : nil }
    private var environment: [String: String] { state.environment(home) }

    func bootstrap(_ words: RpmWords, keys: [String], count: Int) async throws {
        try home.write(.standard, options: options)
        try await RpmDatabase(tree: tree).importKeys(keys)
        try await inside(count) { counter in
            for call in calls.modules(root, disable: words.disabledModules, enable: words.enabledModules) {
                try await run(call, counter)
            }
            try await run(calls.install(root, words.bootstrap), counter)
        }
    }

    func install(_ words: RpmWords, keys: [String], _ list: PackageList) async throws {
        let place = RpmDatabase.find(in: tree.path)
        try home.write(place ?? .standard, options: options)
        // A tree without a bootstrap phase, or a base image that does not know the keys yet.
        if place == nil || words.bootstrap.words.isEmpty {
            try await RpmDatabase(tree: tree).importKeys(keys)
        }
        try await inside(list.packages.count) { counter in
            if place == nil {
                for call in calls.modules(root, disable: words.disabledModules, enable: words.enabledModules)
                { try await run(call, counter) }
            }
            let phase = list.packages.allSatisfy { $0.phase == .bootstrap } ? words.bootstrap : words.system
            try await run(words.upgradesAll ? calls.upgrade(root) : calls.install(root, phase), counter)
        }
        try await RpmDatabase(tree: tree).settle()
    }

    func uninstall(_ packages: [String]) async throws {
        try home.write(RpmDatabase(tree: tree).place)
        if own == nil, !FileSystem.exists(state.calls.configuration) {
            try state.makeFolders()
            try state.configure(
                DnfConfiguration(
                    state: state.folder, architecture: .host, program: state.calls.program))
        }
        try await inside(0) { try await run(calls.uninstall(root, packages), $0) }
    }

    /// Runs `body` with everything mounted that package scripts and dnf need.
    private func inside(_ count: Int, _ body: (ProgressCounter) async throws -> Void) async throws {
        let counter = ProgressCounter(of: Int64(count), workspace, unit: "packages")
        do {
            try await mounted { try await body(counter) }
        } catch let failure as ToolFailure {
            throw RpmFailure.installing(failure, tree: tree.path, tool: "dnf")
        }
    }

    private func mounted<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        try FileSystem.makeFolder(state.cache)
        var binds = [BindMount(state.cache, at: DnfConfiguration.cacheInside, readOnly: false)]
        if own != nil {
            binds.append(BindMount(state.insideFolder, at: DnfConfiguration.settingsInside, readOnly: false))
            binds += RepositoriesInside.mounts((try? state.kept())?.local ?? [:])
        }
        return try await tree.withKernelFileSystems(network: false) {
            try await tree.withBindMounts(binds, body)
        }
    }

    private func run(_ arguments: [String], _ counter: ProgressCounter) async throws {
        let call = ToolCall(
            own?.manager.path ?? state.calls.program.rawValue, arguments, environment: environment,
            output: .lines { line in
                // dnf 5 counts: "[1/3] Installing NAME".
                let line = (line.hasPrefix("[") ? line.drop { $0 != " " } : line[...]).drop { $0 == " " }
                if line.hasPrefix("Installing ") && (line.contains(" : ") || line.contains("%"))
                    || line.hasPrefix("Upgrading ")
                {
                    counter.advance()
                }
            }, logPrefix: "system: ")
        if own == nil { try await workspace.runner.run(call) } else { try await tree.run(call) }
    }
}
