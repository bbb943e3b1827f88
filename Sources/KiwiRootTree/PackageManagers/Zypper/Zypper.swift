import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// zypper of this machine with the tree as its root, and later the tree's own.
public struct Zypper: RpmBased {
    public static let names = ["zypper"]

    public init(named name: String = "zypper") {}

    public var ownPackage: String { "zypper" }

    public var tools: [ToolRequirement] {
        [
            ToolRequirement(ZypperCalls.tool, package: "zypper", to: "resolve, download and install packages")
                .ofPackageManager
        ]
            + RpmDatabase.tools
    }

    /// Values of `repository@type` that zypper reads.
    var repositoryTypes: Set<String> { ["rpm-md", "yast2", "rpm-dir"] }

    public func check(_ request: PackageRequest) -> [Diagnostic] { RpmRepository.problems(in: request) }

    // MARK: Resolve and fetch

    public func resolve(_ request: PackageRequest, in workspace: Workspace) async throws -> PackageResolution
    {
        let repositories = try RpmRepository.all(for: request, types: repositoryTypes)
        let (state, keys) = try await ZypperState.make(
            for: request, repositories: repositories, in: workspace)
        try await bring(request.base, into: state)
        try await trust(keys, state)
        let kept = IndexCache(
            cache: workspace.folders.cache, tool: "zypper", repositories, keys,
            scripts: try request.repositories.scriptDigests)
        if request.clearCache { kept.clear() }
        let isKept = kept.restore(into: state.rawCache)
        let remote = repositories.first { !$0.isLocal }
        let offline = workspace.settings.offline && remote != nil
        if offline, !isKept, let remote {
            throw MissingPackages.noIndex(remote.alias, at: remote.position)
        }
        var refresh = state.call(
            state.calls.refresh(state.emptyRoot, offline: offline), home: state.home,
            output: .capture(limit: 16 << 20))
        refresh.successCodes = Set(0...255)
        let result = try await workspace.runner.run(refresh)
        let lines = result.output.split(separator: "\n").map(String.init) + result.lastLines
        for line in lines { workspace.log.line("zypper: \(line)") }
        guard result.exitCode == 0 else { throw ZypperFailure.updating(lines, repositories) }
        // The repository of a lock file has another place in every build.
        if request.lock == nil { kept.publish(state.rawCache) }
        tellUnverified(repositories, workspace.log)
        let answer = try await ZypperSolver(state: state, request: request, repositories: repositories)
            .solve()
        try state.keep(
            answer.words, keys: keys, places: answer.places,
            local: RpmRepository.localFolders(repositories))
        var list = answer.list
        list.context = ["zypper"] + keys.digests
        return PackageResolution(
            list: list, origins: answer.origins, newestRelease: try RpmMetadata(cache: state.rawCache).newest,
            repositories: repositories.map(\.used))
    }

    /// zypper trusts the keys in the database of its root.
    private func trust(_ keys: RpmKeys, _ state: ZypperState) async throws {
        let place = RpmDatabase.find(in: state.emptyRoot) ?? .standard
        for file in keys.files {
            let call = ToolCall(
                "rpm", ["--root", state.emptyRoot] + RpmDatabase.options(place) + ["--import", file],
                environment: state.home.environment(in: state.workspace), logPrefix: "rpm: ")
            try await state.workspace.runner.run(call)
        }
    }

    /// Shows zypper the packages that a tree has already.
    private func bring(_ base: Artifact?, into state: ZypperState) async throws {
        guard let base else {
            try state.home.write(.standard)
            return
        }
        try await state.workspace.withTree(of: base) { tree in
            guard let place = RpmDatabase.find(in: tree.path) else { throw RpmProblem.noDatabase }
            try state.home.write(place)
            try RpmDatabase(tree: tree).copy([place.path, "/var/lib/zypp"], to: state.emptyRoot)
        }
    }

    public func fetch(_ list: PackageList, in workspace: Workspace) async throws {
        guard !list.packages.isEmpty else { return }
        let state = ZypperState(in: workspace)
        try await ZypperDownload(store: store(workspace), state: state).run(
            list, places: try ZypperState.kept(state.folder).places)
    }

    // MARK: Install

    public func bootstrap(_ list: PackageList, options: InstallOptions, into tree: RootTree) async throws {
        guard !list.packages.isEmpty else { return }
        try await fetch(list, in: tree.workspace)
        let state = ZypperState(in: tree.workspace)
        let kept = try ZypperState.kept(state.folder)
        let installer = ZypperInstaller(tree: tree, state: state, options: options)
        try await installer.bootstrap(kept.words, keys: kept.keys, count: list.packages.count)
        let hasOwn = try await installer.inTree().own != nil
        try await RpmDatabase(tree: tree).settle(isLast: hasOwn)
    }

    public func install(
        _ list: PackageList, all: PackageList, options: InstallOptions, into tree: RootTree
    ) async throws {
        guard !list.packages.isEmpty else { return }
        try await fetch(list, in: tree.workspace)
        let state = ZypperState(in: tree.workspace)
        let kept = try ZypperState.kept(state.folder)
        let installer = try await ZypperInstaller(tree: tree, state: state, options: options).inTree()
        if RpmDatabase.find(in: tree.path) != nil {
            TreeManager.tell(installer.own, title: "zypper", tree.workspace.log)
        }
        try await installer.install(kept.words, keys: kept.keys, list)
    }

    public func uninstall(_ packages: [Located<String>], from tree: RootTree) async throws {
        let present = try await RpmDatabase(tree: tree).installed(of: packages)
        try await ZypperInstaller(tree: tree, state: ZypperState(in: tree.workspace), options: nil).inTree()
            .uninstall(present)
    }

    public func cleanUp(_ tree: RootTree) async throws {
        try await RpmDatabase(tree: tree).cleanUp([
            "/var/log/zypp", "/var/log/zypper.log", "/var/cache/zypp", "/var/lib/zypp/AnonymousUniqueId",
        ])
        // Which packages came along only: needed for as long as the system lives.
        let folder = try tree.resolve("/var/lib/zypp")
        for name in LocalFile.list(folder) {
            let file = "\(folder)/\(name)"
            guard LocalFile.isFile(file), let text = LocalFile.readIfPresent(file) else { continue }
            let plain = ZypperState.withoutDate(text)
            if plain != text { try LocalFile.write(plain, to: file) }
        }
    }

    public func writeImageRepositories(_ setup: ImageRepositories, into tree: RootTree) async throws {
        try await RpmImageRepositories(setup: setup, tree: tree, types: repositoryTypes, manager: "zypper")
            .write(
                to: "/etc/zypp/repos.d"
            ) { ZypperConfiguration.repository($0, keys: $1, inImage: true) }
    }
}
