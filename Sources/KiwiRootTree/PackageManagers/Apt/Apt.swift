import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// apt and dpkg. The machine's apt solves and downloads with a configuration of its own; the
/// tree's dpkg installs.
public struct Apt: PackageManager {
    public static let names = ["apt", "apt-get"]

    public init(named name: String = "apt") {}

    public var ownPackage: String { "apt" }

    public var tools: [ToolRequirement] {
        [
            ToolRequirement("apt-get", package: "apt", to: "resolve and download packages").ofPackageManager,
            ToolRequirement("apt-cache", package: "apt", to: "read package indexes").ofPackageManager,
            ToolRequirement("apt-config", package: "apt", to: "find the proxies of this machine"),
            ToolRequirement("gpgv", package: "gpgv", to: "verify repositories").ofPackageManager,
            ToolRequirement("dpkg-deb", package: "dpkg", to: "unpack the first packages of a tree")
                .ofPackageManager,
            ToolRequirement("dpkg", package: "dpkg", to: "verify installed packages").ofPackageManager,
            ToolRequirement("dpkg-query", package: "dpkg", to: "list installed packages").ofPackageManager,
            ToolRequirement("tar", package: "tar", to: "unpack the first packages of a tree"),
        ]
    }

    public func check(_ request: PackageRequest) -> [Diagnostic] {
        var found = AptNames.problems(in: request)
        for place in request.bootstrap.collections + request.system.collections {
            found.append(unsupported("collection", place))
        }
        for place in request.bootstrap.products + request.system.products {
            found.append(unsupported("product", place))
        }
        return found
    }

    private func unsupported(_ kind: String, _ place: Located<String>) -> Diagnostic {
        Diagnostic(
            "no-effect", .warning, at: place.position,
            "\(kind) '\(place.value)' has no effect: apt has no \(kind)s",
            remedy: "name the packages, or a task-* package")
    }

    // MARK: Resolve and fetch

    public func resolve(_ request: PackageRequest, in workspace: Workspace) async throws -> PackageResolution
    {
        let host = try await Self.host(workspace)
        let sources = try AptSources(for: request, host: host)
        let installed = try await installed(in: request.base, workspace)
        let state = try await AptState.make(
            for: request, sources: sources, host: host, installed: installed, in: workspace)
        for entry in sources.entries where entry.trusted {
            workspace.log.warning(
                "repository '\(entry.alias)' is not verified: repository_gpgcheck=\"false\"")
        }
        let answers = AptAnswers(cache: workspace.folders.cache)
        if request.clearCache { answers.clear() }
        let releases = try await state.update(clearCache: request.clearCache)
        let key = AptAnswers.key(
            request, AptRequestWords(request), sources, releases, installed: installed)
        if workspace.settings.useCache, let answer = answers.answer(key) {
            workspace.log.info(
                "repositories unchanged: using the kept list of \(answer.list.packages.count) packages")
            return answer
        }
        let solution = try await AptSolver(state: state, request: request).solve()
        let resolution = PackageResolution(
            list: solution.list, origins: solution.origins, newestRelease: releases.newest,
            repositories: sources.used)
        answers.keep(resolution, key)
        return resolution
    }

    /// The checksums of the lock file count, whatever the repositories have today.
    public func resolve(_ lock: PackageLock, for request: PackageRequest, in workspace: Workspace)
        async throws -> PackageResolution
    {
        let host = try await Self.host(workspace)
        var sources = try AptSources(for: request, host: host)
        // Only their credentials are needed: nothing is asked of an index.
        for index in sources.entries.indices { sources.entries[index].keys = [] }
        _ = try await AptState.make(for: request, sources: sources, host: host, in: workspace)
        return PackageResolution(
            list: lock.list, origins: lock.origins(mirrors: request.mirrors),
            newestRelease: lock.newestRelease, repositories: lock.repositories)
    }

    private static func host(_ workspace: Workspace) async throws -> HostAptConfiguration {
        var host = HostAptConfiguration.read()
        let dump = try await workspace.runner.run(ToolCall("apt-config", ["dump"], output: .capture()))
        host.proxies = HostAptConfiguration.proxies(fromDump: dump.output)
        for proxy in host.proxies.values {
            if case .remote(_, let login?) = RepositoryAddress(proxy) { workspace.log.hide(login.password) }
        }
        return host
    }

    /// dpkg's list of what a tree has; empty without a tree.
    private func installed(in base: Artifact?, _ workspace: Workspace) async throws -> String {
        guard let base else { return "" }
        return try await workspace.withTree(of: base) { tree in
            let path = try TreePath.resolve("/var/lib/dpkg/status", below: tree.path, followLast: true)
            guard FileSystem.isFile(path) else {
                throw Diagnostic(
                    "base-image-packages", "the base image has no packages of dpkg",
                    remedy: "choose the <packagemanager> that the base image was made with")
            }
            return try FileSystem.readText(path)
        }
    }

    func store(_ workspace: Workspace) -> PackageStore {
        PackageStore(cache: workspace.folders.cache, ending: "deb")
    }

    public func fetch(_ list: PackageList, in workspace: Workspace) async throws {
        let origins: PackageOrigins = try await workspace.value(.packageOrigins)
        try await AptDownload(store: store(workspace), workspace: workspace).run(
            list, from: origins, replace: false)
    }

    // MARK: Install

    public func bootstrap(_ list: PackageList, options: InstallOptions, into tree: RootTree) async throws {
        try await fetch(list, in: tree.workspace)
        try await DpkgInstaller(tree: tree, store: store(tree.workspace), options: options).bootstrap(list)
    }

    public func install(
        _ list: PackageList, all: PackageList, options: InstallOptions, into tree: RootTree
    ) async throws {
        try await fetch(list, in: tree.workspace)
        try await DpkgInstaller(tree: tree, store: store(tree.workspace), options: options).install(list)
        // As after an installation by apt: what came as a dependency may be removed with its users.
        try FileSystem.makeFolder(try tree.resolve("/var/lib/apt"))
        let states = try tree.resolve("/var/lib/apt/extended_states")
        // A base image has packages of its own.
        try LocalFile.write((LocalFile.readIfPresent(states) ?? "") + AptExtendedStates.text(all), to: states)
    }
}
