import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Installs into a tree and removes from it with the machine's dnf.
struct DnfInstaller: Sendable {
    let tree: RootTree
    let state: DnfState
    let options: InstallOptions?

    private var workspace: Workspace { tree.workspace }
    private var home: RpmHome { RpmHome(folder: "\(state.folder)/home-tree") }

    func bootstrap(_ words: RpmWords, keys: [String], count: Int) async throws {
        try home.write(.standard, options: options)
        try await RpmDatabase(tree: tree).importKeys(keys)
        try await inside(count) { counter in
            for call in state.calls.modules(
                tree.path, disable: words.disabledModules, enable: words.enabledModules)
            { try await run(call, counter) }
            try await run(state.calls.install(tree.path, words.bootstrap), counter)
        }
        try await RpmDatabase(tree: tree).settle()
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
                for call in state.calls.modules(
                    tree.path, disable: words.disabledModules, enable: words.enabledModules)
                { try await run(call, counter) }
            }
            let phase = list.packages.allSatisfy { $0.phase == .bootstrap } ? words.bootstrap : words.system
            try await run(
                words.upgradesAll ? state.calls.upgrade(tree.path) : state.calls.install(tree.path, phase),
                counter)
        }
        try await RpmDatabase(tree: tree).settle()
    }

    func uninstall(_ packages: [String]) async throws {
        try home.write(RpmDatabase(tree: tree).place)
        if !FileSystem.exists(state.calls.configuration) {
            try state.makeFolders()
            try state.configure(
                DnfConfiguration(
                    state: state.folder, architecture: .host, program: state.calls.program))
        }
        try await inside(0) { try await run(state.calls.uninstall(tree.path, packages), $0) }
    }

    /// Runs `body` with everything mounted that package scripts and dnf need.
    private func inside(_ count: Int, _ body: (ProgressCounter) async throws -> Void) async throws {
        let counter = ProgressCounter(of: Int64(count), workspace, unit: "packages")
        do {
            try await tree.withKernelFileSystems(network: false) {
                try await tree.withBindMounts(
                    [BindMount(state.cache, at: DnfConfiguration.cacheInside, readOnly: false)]
                ) { try await body(counter) }
            }
        } catch let failure as ToolFailure {
            throw RpmFailure.installing(failure, tree: tree.path, tool: "dnf")
        }
    }

    private func run(_ arguments: [String], _ counter: ProgressCounter) async throws {
        try await workspace.runner.run(
            state.call(
                arguments, home: home,
                output: .lines { line in
                    // dnf 5 counts: "[1/3] Installing NAME".
                    let line = (line.hasPrefix("[") ? line.drop { $0 != " " } : line[...]).drop { $0 == " " }
                    if line.hasPrefix("Installing ") && (line.contains(" : ") || line.contains("%"))
                        || line.hasPrefix("Upgrading ")
                    {
                        counter.advance()
                    }
                }, prefix: "system: "))
    }
}
