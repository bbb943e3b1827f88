import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Installs into a tree and removes from it: with the tree's own zypper, else with the machine's.
struct ZypperInstaller: Sendable {
    let tree: RootTree
    let state: ZypperState
    let options: InstallOptions?
    /// The tree's own zypper; nil: the machine's works on the tree from outside.
    private(set) var own: TreeManager?

    init(tree: RootTree, state: ZypperState, options: InstallOptions?) {
        (self.tree, self.state, self.options) = (tree, state, options)
    }

    /// The same with the tree's own zypper if it has one that starts.
    func inTree() async throws -> ZypperInstaller {
        guard let manager = try TreeManager.find([ZypperCalls.tool], in: tree),
            let place = RpmDatabase.find(in: tree.path)
        else { return self }
        var inside = self
        inside.own = manager
        try state.prepareInside()
        try inside.home.write(place, options: options)
        let environment = inside.environment
        let starts = try await inside.mounted {
            try await manager.starts(["--version"], environment: environment, in: tree)
        }
        return starts ? inside : self
    }

    private var workspace: Workspace { tree.workspace }
    private var home: RpmHome {
        own == nil
            ? RpmHome(folder: "\(state.folder)/home-tree")
            : RpmHome(folder: "\(state.insideFolder)/home", inside: "\(ZypperConfiguration.inside)/home")
    }
    private var calls: ZypperCalls { own == nil ? state.calls : state.callsInside }
    private var root: String? { own == nil ? tree.path : nil }
    private var environment: [String: String] {
        state.environment(home, own == nil ? state.folder : ZypperConfiguration.inside)
    }

    func bootstrap(_ words: RpmWords, keys: [String], count: Int) async throws {
        try home.write(.standard, options: options)
        try await RpmDatabase(tree: tree).importKeys(keys)
        try await inside(count) { try await run(calls.install(root, words.bootstrap), $0) }
    }

    func install(_ words: RpmWords, keys: [String], _ list: PackageList) async throws {
        let place = RpmDatabase.find(in: tree.path)
        try home.write(place ?? .standard, options: options)
        if place == nil || words.bootstrap.words.isEmpty {
            try await RpmDatabase(tree: tree).importKeys(keys)
        }
        let phase = list.packages.allSatisfy { $0.phase == .bootstrap } ? words.bootstrap : words.system
        try await inside(list.packages.count) { counter in
            for call in calls.lock(root, phase.excluded) { try await run(call, counter) }
            try await run(words.upgradesAll ? calls.update(root) : calls.install(root, phase), counter)
        }
        try await RpmDatabase(tree: tree).settle()
    }

    func uninstall(_ packages: [String]) async throws {
        try home.write(RpmDatabase(tree: tree).place)
        if own == nil, !FileSystem.exists("\(state.folder)/zypp.conf") {
            try state.makeFolders()
            try state.configure(ZypperConfiguration(state: state.folder, architecture: .host))
        }
        try await inside(0) { try await run(calls.uninstall(root, packages), $0) }
    }

    /// Runs `body` with everything mounted that package scripts need.
    private func inside(_ count: Int, _ body: (ProgressCounter) async throws -> Void) async throws {
        let counter = ProgressCounter(of: Int64(count), workspace, unit: "packages")
        defer { state.cleanTraces(in: tree.path) }
        do {
            try await mounted { try await body(counter) }
        } catch let failure as ToolFailure {
            throw RpmFailure.installing(failure, tree: tree.path, tool: "zypper")
        }
    }

    private func mounted<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        var binds = try database
        if own != nil {
            binds.append(BindMount(state.insideFolder, at: ZypperConfiguration.inside, readOnly: false))
            for (source, name) in [(state.rawCache, "raw"), (state.packageCache, "packages")]
            where FileSystem.exists(source) {
                binds.append(
                    BindMount(source, at: "\(ZypperConfiguration.inside)/cache/\(name)", readOnly: false))
            }
            binds += RepositoriesInside.mounts((try? ZypperState.kept(state.folder))?.local ?? [:])
        }
        return try await tree.withKernelFileSystems(network: false) {
            try await tree.withBindMounts(binds, body)
        }
    }

    /// libzypp looks for the database in /var/lib/rpm where a tree has that folder, whatever rpm is told.
    private var database: [BindMount] {
        get throws {
            let expected = try tree.resolve("/var/lib/rpm", followLast: true)
            guard let place = RpmDatabase.find(in: tree.path), FileSystem.isRealFolder(expected) else {
                return []
            }
            let source = try tree.resolve(place.path, followLast: true)
            if source == expected { return [] }
            return [BindMount(source, at: String(expected.dropFirst(tree.path.count)), readOnly: false)]
        }
    }

    private func run(_ arguments: [String], _ counter: ProgressCounter) async throws {
        let call = ToolCall(
            own?.path ?? ZypperCalls.tool, arguments, environment: environment,
            output: .lines { if $0.contains(") Installing: ") && $0.hasPrefix("(") { counter.advance() } },
            successCodes: ZypperCalls.successCodes, logPrefix: "system: ")
        if own == nil { try await workspace.runner.run(call) } else { try await tree.run(call) }
    }
}
