import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// pacman of this machine with the tree as its root, and later the tree's own.
public struct Pacman: PackageManager {
    public static let names = ["pacman"]

    public init(named name: String = "pacman") {}

    public var ownPackage: String { "pacman" }
    public var worksInTree: Bool { true }

    public var tools: [ToolRequirement] {
        [
            ToolRequirement(
                PacmanCalls.tool, package: "pacman-package-manager",
                to: "resolve, download and install packages"
            ).ofPackageManager,
            ToolRequirement(
                "gpg", package: "gpg", to: "make the keyring that repositories are verified with"
            ).ofPackageManager,
        ]
    }

    public func check(_ request: PackageRequest) -> [Diagnostic] {
        var found = RpmRepository.problems(in: request)
        for (kind, places) in [
            ("product", request.bootstrap.products + request.system.products),
            ("ignored package", request.bootstrap.ignore + request.system.ignore),
        ] {
            for place in places {
                found.append(
                    Diagnostic(
                        "no-effect", .warning, at: place.position,
                        "\(kind) '\(place.value)' has no effect with pacman", remedy: "remove it"))
            }
        }
        return found
    }

    // MARK: Resolve and fetch

    public func resolve(_ request: PackageRequest, in workspace: Workspace) async throws -> PackageResolution
    {
        let repositories = try PacmanRepository.all(for: request)
        let state = PacmanState(in: workspace)
        try state.makeFolders()
        let keys = try await RpmKeys.provide(request.trustedKeys, in: "\(state.folder)/keys", workspace)
        try await state.configure(
            PacmanConfiguration(
                state: state.folder, architecture: request.architecture,
                checksSignatures: request.checksSignatures,
                repositories: repositories), keys: keys,
            scripts: request.repositories.map { RepositoryScript(of: $0, in: workspace) })
        try await bring(request.base, into: state)
        try await update(repositories, state, request)
        var resolution = try await PacmanSolver(state: state, request: request, repositories: repositories)
            .solve()
        resolution.list.context = ["pacman"]
        return resolution
    }

    /// Brings the indexes up to date, or takes the kept ones.
    private func update(_ repositories: [PacmanRepository], _ state: PacmanState, _ request: PackageRequest)
        async throws
    {
        let workspace = state.workspace
        let kept = IndexCache(
            pacman: repositories, cache: workspace.folders.cache,
            scripts: try request.repositories.scriptDigests)
        if request.clearCache { kept.clear() }
        if workspace.settings.offline, let remote = repositories.first(where: { !$0.isLocal }) {
            guard kept.restore(into: state.databases) else {
                throw MissingPackages.noIndex(remote.alias, at: remote.position)
            }
            return
        }
        do {
            try await workspace.runner.run(state.call(state.calls.refresh(state.emptyRoot)))
        } catch let failure as ToolFailure {
            throw PacmanFailure.updating(failure.lastLines, repositories)
        }
        guard request.lock == nil else { return }
        let files = LocalFile.list(state.databases).map { "\(state.databases)/\($0)" }
        kept.publish(state.databases, as: Digest(ofParts: try files.map { try Digest(ofFile: $0).hex }))
    }

    public var lockTools: [ToolRequirement] {
        LockedFiles.tools + [
            ToolRequirement(
                "repo-add", package: "pacman-package-manager", to: "index the packages of a lock file"
            ).ofPackageManager
        ]
    }

    public func resolve(_ lock: PackageLock, for request: PackageRequest, in workspace: Workspace)
        async throws -> PackageResolution
    {
        let logins = try PacmanRepository.all(for: request, exists: { _ in true })
            .compactMap { entry in entry.login.map { (address: entry.address, login: $0) } }
        let store = store(workspace)
        try await LockedFiles(
            lock: lock, store: store, workspace: workspace, logins: logins, mirrors: request.mirrors,
            companion: ".sig"
        ).run()
        let repository = LockedRepository(lock: lock, store: store, workspace: workspace)
        let narrow = try await repository.request(request, type: nil) { entry in
            entry.origin.map { FileSystem.name(of: $0) } ?? "\(entry.name)-\(entry.version).pkg.tar"
        } index: { folder, names in
            try await workspace.runner.run(
                ToolCall(
                    "repo-add",
                    ["--quiet", "--nocolor", "\(folder)/\(LockedRepository.alias).db.tar.gz"]
                        + names.map { "\(folder)/\($0)" }, logPrefix: "repo-add: "))
        }
        return try repository.confirm(await resolve(narrow, in: workspace))
    }

    private func bring(_ base: Artifact?, into state: PacmanState) async throws {
        guard let base else { return }
        try await state.workspace.withTree(of: base) { tree in
            let local = try tree.resolve("\(PacmanCalls.database)/local")
            guard FileSystem.isRealFolder(local) else {
                throw Diagnostic(
                    "base-image-packages", "the base image has no packages of pacman",
                    remedy: "choose the <packagemanager> that the base image was made with")
            }
            try await state.workspace.runner.run(
                ToolCall("cp", ["-a", "-T", local, "\(state.emptyRoot)\(PacmanCalls.database)/local"]))
        }
    }

    private func store(_ workspace: Workspace) -> PackageStore {
        PackageStore(cache: workspace.folders.cache, ending: "pkg")
    }

    public func fetch(_ list: PackageList, in workspace: Workspace) async throws {
        guard !list.packages.isEmpty else { return }
        let origins: PackageOrigins = try await workspace.value(.packageOrigins)
        let state = PacmanState(in: workspace)
        let store = store(workspace)
        try FileSystem.makeFolder(store.folder)
        func place(_ package: PackageList.Package) -> String? {
            origins.addresses[package.sha256].map { "\(state.cache)/\(FileSystem.name(of: $0))" }
        }
        // A package without its signature may have come by way of a lock file.
        let isSigned =
            LocalFile.readIfPresent(state.calls.configuration)?.contains("SigLevel = Required") ?? false
        let missing = list.packages.filter {
            !store.has($0)
                || isSigned && !workspace.settings.offline && !LocalFile.isFile(store.path($0) + ".sig")
        }
        try MissingPackages.refuse(
            missing.filter { origins.addresses[$0.sha256]?.hasPrefix("file:") != true }, workspace)
        for package in list.packages where store.has(package) {
            if let path = place(package) { try Self.link(store.path(package), to: path) }
        }
        guard !missing.isEmpty else { return }
        let total = Int64(list.packages.count)
        let counter = ProgressCounter(
            start: total - Int64(missing.count), of: total, workspace, unit: "packages")
        workspace.log.info(
            "downloading \(missing.count) of \(total) packages (\(missing.reduce(0) { $0 + $1.size } >> 20) MiB)"
        )
        // Steps that fetch side by side would meet at one lock, for which pacman does not wait, and at the
        // partial files of packages that both want.
        let root = "\(state.folder)/fetch-\(UInt32.random(in: 0...UInt32.max))"
        defer { LocalFile.remove(root) }
        let sync = "\(root)\(PacmanCalls.database)/sync"
        let arrivals = "\(root)/cache"
        try FileSystem.makeFolder(sync)
        try FileSystem.makeFolder(arrivals)
        for file in LocalFile.list(state.databases) {
            try LocalFile.copyData("\(state.databases)/\(file)", to: "\(sync)/\(file)")
        }
        let call = state.call(
            state.calls.download(root, caches: [arrivals, state.cache], missing.map(\.name)),
            output: .lines { if $0.hasSuffix(" downloading...") { counter.advance() } })
        do {
            try await workspace.runner.run(call)
        } catch let failure as ToolFailure {
            throw PacmanFailure.failure(failure.lastLines, request: nil, exitCode: failure.exitCode)
        }
        for package in missing {
            guard let path = place(package) else { continue }
            try Self.link("\(arrivals)/\(FileSystem.name(of: path))", to: path)
            try Self.link(path, to: store.path(package))
        }
    }

    /// Links a package with its signature, without which pacman would download both again.
    private static func link(_ source: String, to target: String) throws {
        for ending in [".sig", ""] where LocalFile.isFile(source + ending) {
            try LocalFile.linkOrCopy(source + ending, to: target + ending)
        }
    }

    // MARK: Install

    public func bootstrap(_ list: PackageList, options: InstallOptions, into tree: RootTree) async throws {
        guard !list.packages.isEmpty else { return }
        try await change(list, tree, own: nil) { $0.bootstrap(tree.path, $1.bootstrap.words) }
    }

    public func install(
        _ list: PackageList, all: PackageList, options: InstallOptions, into tree: RootTree
    ) async throws {
        guard !list.packages.isEmpty else { return }
        let isFirst = list.packages.allSatisfy { $0.phase == .bootstrap }
        let isNew = !FileSystem.exists(try tree.resolve("\(PacmanCalls.database)/local"))
        let own = try await own(in: tree)
        if !isNew { TreeManager.tell(own, title: "pacman", tree.workspace.log) }
        let root = own == nil ? tree.path : nil
        try await change(list, tree, own: own) { calls, words in
            if words.upgradesAll { return calls.update(root) }
            let phase = isFirst ? words.bootstrap.words : words.system.words
            return isNew ? calls.bootstrap(tree.path, phase) : calls.install(root, phase)
        }
    }

    /// The tree's own pacman if it has one that starts.
    private func own(in tree: RootTree) async throws -> TreeManager? {
        guard FileSystem.exists(try tree.resolve("\(PacmanCalls.database)/local")),
            let manager = try TreeManager.find([PacmanCalls.tool], in: tree)
        else { return nil }
        let state = PacmanState(in: tree.workspace)
        if !FileSystem.exists(state.calls.configuration) {
            try state.makeFolders()
            try await state.configure(
                PacmanConfiguration(state: state.folder, architecture: .host), keys: RpmKeys())
        }
        let starts = try await mounted(manager, tree) {
            try await manager.starts(
                state.callsInside.version, environment: state.environmentInside, in: tree)
        }
        return starts ? manager : nil
    }

    /// Runs `body` with everything mounted that scripts of packages and pacman need.
    private func mounted<Result: Sendable>(
        _ own: TreeManager?, _ tree: RootTree, _ body: () async throws -> Result
    ) async throws -> Result {
        let binds = own == nil ? [] : try PacmanState(in: tree.workspace).mountsInside()
        return try await tree.withKernelFileSystems(network: false) {
            try await tree.withBindMounts(binds, body)
        }
    }

    private func change(
        _ list: PackageList, _ tree: RootTree, own: TreeManager?,
        _ arguments: (PacmanCalls, RpmWords) -> [String]
    ) async throws {
        let state = PacmanState(in: tree.workspace)
        try await fetch(list, in: tree.workspace)
        // The indexes of the time when the packages were chosen.
        let sync = try tree.resolve("\(PacmanCalls.database)/sync")
        try FileSystem.makeFolder(sync)
        for file in LocalFile.list(state.databases) {
            try LocalFile.copyData("\(state.databases)/\(file)", to: "\(sync)/\(file)")
        }
        let calls = own == nil ? state.calls : state.callsInside
        try await run(arguments(calls, try state.kept()), count: list.packages.count, tree, own: own)
    }

    private func run(_ arguments: [String], count: Int, _ tree: RootTree, own: TreeManager?) async throws {
        let state = PacmanState(in: tree.workspace)
        let counter = ProgressCounter(of: Int64(count), tree.workspace, unit: "packages")
        var call = state.call(
            arguments, output: .lines { if $0.hasPrefix("installing ") { counter.advance() } },
            prefix: "system: ")
        if let own { (call.tool, call.environment) = (own.path, state.environmentInside) }
        let ready = call
        do {
            _ = try await mounted(own, tree) {
                if own == nil {
                    try await tree.workspace.runner.run(ready)
                } else {
                    try await tree.run(ready)
                }
            }
        } catch let failure as ToolFailure {
            throw PacmanFailure.failure(failure.lastLines, request: nil, exitCode: failure.exitCode)
        }
    }

    public func uninstall(_ packages: [Located<String>], from tree: RootTree) async throws {
        try await remove(packages, tree) { $0.uninstall($1, $2) }
    }

    public func delete(_ packages: [Located<String>], from tree: RootTree) async throws {
        try await remove(packages, tree) { $0.delete($1, $2) }
    }

    private func remove(
        _ packages: [Located<String>], _ tree: RootTree,
        _ arguments: (PacmanCalls, String?, [String]) -> [String]
    ) async throws {
        let known = Set(try PacmanEntry.installed(in: tree).map(\.name))
        let present = packages.map(\.value).filter(known.contains)
        guard !present.isEmpty else { throw Failure(.buildFailed, RemovalProblem.nothing(packages)) }
        let state = PacmanState(in: tree.workspace)
        if !FileSystem.exists(state.calls.configuration) {
            try state.makeFolders()
            try await state.configure(
                PacmanConfiguration(state: state.folder, architecture: .host), keys: RpmKeys())
        }
        let own = try await own(in: tree)
        let call =
            own == nil
            ? arguments(state.calls, tree.path, present) : arguments(state.callsInside, nil, present)
        try await run(call, count: 0, tree, own: own)
    }

    public func cleanUp(_ tree: RootTree) async throws {
        for trace in [
            "\(PacmanCalls.database)/sync", "\(PacmanCalls.database)/db.lck", "/var/log/pacman.log",
        ] {
            LocalFile.remove(try tree.resolve(trace))
        }
        // Equal packages make equal files, whenever they were installed.
        let built = try PacmanEntry.installed(in: tree).map { $0.number("BUILDDATE") }.max()
        guard let latest = tree.workspace.settings.sourceDateEpoch ?? built else { return }
        let folder = try tree.resolve("\(PacmanCalls.database)/local")
        for name in LocalFile.list(folder) {
            let file = "\(folder)/\(name)/desc"
            guard let text = LocalFile.readIfPresent(file) else { continue }
            let settled = PacmanEntry.settled(text, latest: latest)
            if settled != text { try LocalFile.write(settled, to: file) }
        }
    }

    // MARK: Lists

    public func packageList(in tree: RootTree) async throws -> String {
        try PacmanEntry.installed(in: tree).map { entry in
            let parts = entry.version.split(separator: "-")
            let version = parts.dropLast().joined(separator: "-")
            return "\(entry.name)|None|\(version)|\(parts.last ?? "None")|None|None|None\n"
        }.joined()
    }

    public func installedPackages(in tree: RootTree) async throws -> [InstalledPackage] {
        try PacmanEntry.installed(in: tree).map { entry in
            var package = InstalledPackage(
                format: .alpm, name: entry.name, version: entry.version, architecture: entry.architecture)
            package.licenses = entry.fields["LICENSE"] ?? []
            package.homepage = entry.fields["URL"]?.first
            package.maintainer = entry.fields["PACKAGER"]?.first
            return package
        }
    }

    /// pacman has no list of changed files in rpm's form, and KIWI writes none.
    public func verification(of tree: RootTree) async throws -> String { "" }
    /// Packages of pacman have no change logs.
    public func changes(in tree: RootTree) async throws -> String { "" }

    public func writeImageRepositories(_ setup: ImageRepositories, into tree: RootTree) async throws {
        guard !setup.repositories.isEmpty else { return }
        var request = PackageRequest(
            repositories: setup.repositories, architecture: setup.architecture, manager: "pacman")
        request.obsDownloadURL = setup.obsDownloadURL
        let folder = try tree.resolve("/etc/pacman.d")
        try FileSystem.makeFolder(folder)
        for (entry, repository) in zip(
            try PacmanRepository.all(for: request, exists: { _ in true }), setup.repositories)
        {
            let text = entry.sections(inImage: true).map { $0 + "\n" }.joined()
            let file = "\(folder)/\(RepositoryAlias.fileName(entry.alias)).repo"
            try LocalFile.write(text, to: file)
            try await RepositoryScript(of: repository, in: tree.workspace)?.edit(file)
        }
    }
}
