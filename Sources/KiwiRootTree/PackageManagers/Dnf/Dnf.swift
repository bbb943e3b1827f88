import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// dnf of this machine or of the tools tree, with the tree as its root, and later the tree's own: version 5 where the description asks for
/// it or for microdnf, else version 4; the other one where that is missing. They read the same repositories.
public struct Dnf: RpmBased {
    public static let names = ["dnf4", "dnf", "dnf5", "microdnf", "yum"]

    /// The value of `<packagemanager>`.
    let name: String

    public init(named name: String = "dnf4") { self.name = name }

    public var ownPackage: String { ["dnf5", "microdnf"].contains(name) ? name : "dnf" }

    public var tools: [ToolRequirement] {
        [
            ToolRequirement(
                DnfProgram.dnf4.rawValue, package: "dnf", alternatives: [DnfProgram.dnf5.rawValue],
                to: "resolve, download and install packages"
            ).ofPackageManager
        ] + RpmDatabase.tools
    }

    /// Values of `repository@type` that dnf reads.
    var repositoryTypes: Set<String> { ["rpm-md", "yum"] }

    public func check(_ request: PackageRequest) -> [Diagnostic] {
        var found = RpmRepository.problems(in: request)
        for place in request.bootstrap.products + request.system.products {
            found.append(
                Diagnostic(
                    "no-effect", .warning, at: place.position,
                    "product '\(place.value)' has no effect: dnf has no products", remedy: "name its packages"
                ))
        }
        if name == "yum" || name == "microdnf" {
            found.append(
                Diagnostic(
                    "package-manager-replaced", .note, at: request.manager.position,
                    "dnf installs in place of \(name)", remedy: "nothing to do: the tree is the same"))
        }
        return found
    }

    // MARK: Resolve and fetch

    public func resolve(_ request: PackageRequest, in workspace: Workspace) async throws -> PackageResolution
    {
        let repositories = try RpmRepository.all(for: request, types: repositoryTypes)
        let (state, keys) = try await DnfState.make(for: request, repositories: repositories, in: workspace)
        try await bring(request.base, into: state)
        let program = state.calls.program
        if let note = program.note(for: name) { workspace.log.info(note) }
        let kept = IndexCache(
            cache: workspace.folders.cache, tool: program == .dnf5 ? "dnf5" : "dnf", repositories, keys,
            scripts: try request.repositories.scriptDigests)
        if request.clearCache { kept.clear() }
        let isKept = kept.restore(into: "\(state.cache)/cache")
        let remote = repositories.first { !$0.isLocal }
        let offline = workspace.settings.offline && remote != nil
        if offline, !isKept, let remote {
            throw MissingPackages.noIndex(remote.alias, at: remote.position)
        }
        do {
            // dnf 5 makes no cache without network: it reads the one that is there.
            if !offline || program == .dnf4 {
                try await workspace.runner.run(
                    state.call(state.calls.makeCache(state.emptyRoot, offline: offline), home: state.home))
            }
        } catch let failure as ToolFailure {
            throw DnfFailure.updating(failure, repositories)
        }
        // The repository of a lock file has another place in every build.
        if request.lock == nil { kept.publish("\(state.cache)/cache") }
        tellUnverified(repositories, workspace.log)
        let answer = try await DnfSolver(
            state: state, request: request, repositories: repositories, ownPackage: ownPackage
        ).solve()
        try state.keep(answer.words, keys: keys, local: RpmRepository.localFolders(repositories))
        var list = answer.list
        list.context = ["dnf"] + keys.digests
        return PackageResolution(
            list: list, origins: answer.origins,
            newestRelease: try RpmMetadata(cache: "\(state.cache)/cache").newest,
            repositories: repositories.map(\.used))
    }

    /// Shows dnf the packages that a tree has already.
    private func bring(_ base: Artifact?, into state: DnfState) async throws {
        guard let base else {
            try state.home.write(.standard)
            return
        }
        try await state.workspace.withTree(of: base) { tree in
            guard let place = RpmDatabase.find(in: tree.path) else { throw RpmProblem.noDatabase }
            try state.home.write(place)
            try RpmDatabase(tree: tree).copy(
                [place.path, "/var/lib/dnf", "/usr/lib/sysimage/libdnf5"], to: state.emptyRoot)
        }
    }

    public func fetch(_ list: PackageList, in workspace: Workspace) async throws {
        let origins: PackageOrigins = try await workspace.value(.packageOrigins)
        try await DnfDownload(store: store(workspace), state: DnfState(in: workspace)).run(
            list, from: origins)
    }

    // MARK: Install

    public func bootstrap(_ list: PackageList, options: InstallOptions, into tree: RootTree) async throws {
        let state = DnfState(in: tree.workspace)
        let kept = try state.kept()
        guard !list.packages.isEmpty else {
            // Without bootstrap packages everything goes into an empty tree with the next phase.
            return
        }
        try await fetch(list, in: tree.workspace)
        let installer = DnfInstaller(tree: tree, state: state, options: options)
        try await installer.bootstrap(kept.words, keys: kept.keys, count: list.packages.count)
        let hasOwn = try await installer.inTree(for: name).own != nil
        try await RpmDatabase(tree: tree).settle(isLast: hasOwn)
    }

    public func install(
        _ list: PackageList, all: PackageList, options: InstallOptions, into tree: RootTree
    ) async throws {
        guard !list.packages.isEmpty else { return }
        let state = DnfState(in: tree.workspace)
        let kept = try state.kept()
        try await fetch(list, in: tree.workspace)
        let installer = try await DnfInstaller(tree: tree, state: state, options: options).inTree(for: name)
        if RpmDatabase.find(in: tree.path) != nil {
            TreeManager.tell(installer.own?.manager, title: "dnf", tree.workspace.log)
        }
        try await installer.install(kept.words, keys: kept.keys, list)
    }

    public func uninstall(_ packages: [Located<String>], from tree: RootTree) async throws {
        let present = try await RpmDatabase(tree: tree).installed(of: packages)
        let state = DnfState(in: tree.workspace)
        try await DnfInstaller(tree: tree, state: state, options: nil).inTree(for: name).uninstall(present)
    }

    public func cleanUp(_ tree: RootTree) async throws {
        try await RpmDatabase(tree: tree).cleanUp([
            "/var/cache/dnf", "/var/lib/dnf/system-repo.lock", "/var/cache/libdnf5", "/var/log/dnf5.log",
            "/var/log/dnf.log", "/var/log/hawkey.log", "/var/log/dnf.rpm.log", "/var/log/dnf.librepo.log",
        ])
    }

    public func writeImageRepositories(_ setup: ImageRepositories, into tree: RootTree) async throws {
        try await RpmImageRepositories(setup: setup, tree: tree, types: repositoryTypes, manager: name).write(
            to: "/etc/yum.repos.d"
        ) { DnfConfiguration.repository($0, keys: $1, inImage: true) }
    }
}
