import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Installs into a tree and removes from it with the machine's zypper.
struct ZypperInstaller: Sendable {
    let tree: RootTree
    let state: ZypperState
    let options: InstallOptions?

    private var workspace: Workspace { tree.workspace }
    private var home: RpmHome { RpmHome(folder: "\(state.folder)/home-tree") }

    func bootstrap(_ words: RpmWords, keys: [String], count: Int) async throws {
        try home.write(.standard, options: options)
        try await RpmDatabase(tree: tree).importKeys(keys)
        try await inside(count) { try await run(state.calls.install(tree.path, words.bootstrap), $0) }
        try await RpmDatabase(tree: tree).settle()
    }

    func install(_ words: RpmWords, keys: [String], _ list: PackageList) async throws {
        let place = RpmDatabase.find(in: tree.path)
        try home.write(place ?? .standard, options: options)
        if place == nil || words.bootstrap.words.isEmpty {
            try await RpmDatabase(tree: tree).importKeys(keys)
        }
        let phase = list.packages.allSatisfy { $0.phase == .bootstrap } ? words.bootstrap : words.system
        try await inside(list.packages.count) { counter in
            for call in state.calls.lock(tree.path, phase.excluded) { try await run(call, counter) }
            try await run(
                words.upgradesAll ? state.calls.update(tree.path) : state.calls.install(tree.path, phase),
                counter)
        }
        try await RpmDatabase(tree: tree).settle()
    }

    func uninstall(_ packages: [String]) async throws {
        try home.write(RpmDatabase(tree: tree).place)
        if !FileSystem.exists("\(state.folder)/zypp.conf") {
            try state.makeFolders()
            try state.configure(ZypperConfiguration(state: state.folder, architecture: .host))
        }
        try await inside(0) { try await run(state.calls.uninstall(tree.path, packages), $0) }
    }

    /// Runs `body` with everything mounted that package scripts need.
    private func inside(_ count: Int, _ body: (ProgressCounter) async throws -> Void) async throws {
        let counter = ProgressCounter(of: Int64(count), workspace, unit: "packages")
        defer { state.cleanTraces(in: tree.path) }
        do {
            try await tree.withKernelFileSystems(network: false) {
                try await tree.withBindMounts(try database) { try await body(counter) }
            }
        } catch let failure as ToolFailure {
            throw RpmFailure.installing(failure, tree: tree.path, tool: "zypper")
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
        try await workspace.runner.run(
            state.call(
                arguments, home: home,
                output: .lines {
                    if $0.contains(") Installing: ") && $0.hasPrefix("(") { counter.advance() }
                },
                prefix: "system: "))
    }
}
