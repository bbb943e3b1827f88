import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Installs package files into a tree with dpkg, in few calls.
struct DpkgInstaller: Sendable {
    let tree: RootTree
    let store: PackageStore
    let options: InstallOptions

    /// Where the package store is seen inside the tree.
    static let storeInside = "/run/kiwi-packages"

    private var workspace: Workspace { tree.workspace }

    // MARK: A new tree

    /// Makes a tree out of nothing: unpack by hand so that there is a shell and dpkg, then let
    /// dpkg install the same packages properly.
    func bootstrap(_ list: PackageList) async throws {
        try DpkgSkeleton.make(at: tree.path, architecture: options.architecture)
        try await extract(list)
        try await inside(list) { files, counter in
            try await dpkg(["--install"] + files, counter)
        }
    }

    /// Unpacks the files of all packages, two at a time.
    private func extract(_ list: PackageList) async throws {
        let total = Int64(list.packages.count)
        let counter = ProgressCounter(of: total, workspace, unit: "packages unpacked")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, package) in list.packages.enumerated() {
                if index >= 2 { try await group.next() }
                group.addTask {
                    try await workspace.runner.run(extraction(of: package))
                    counter.advance()
                }
            }
            try await group.waitForAll()
        }
        // Which package has set a shared folder's time last is chance: as "now" all of them
        // become the clock's time when the tree is packed.
        try FileSystem.touchFolders(below: tree.path)
    }

    private func extraction(of package: PackageList.Package) -> ToolCall {
        var arguments = [
            "--extract", "--preserve-permissions", "--numeric-owner", "--keep-directory-symlink",
            "--delay-directory-restore", "--directory=\(tree.path)",
        ]
        if options.excludeDocs { arguments += DpkgSkeleton.documentation.map { "--exclude=.\($0)" } }
        let tar = ToolCall("tar", arguments + ["--file=-"])
        return ToolCall("dpkg-deb", ["--fsys-tarfile", store.path(package)], output: .pipe(to: tar))
    }

    // MARK: The rest

    /// Unpacks all packages, then configures all of them once.
    func install(_ list: PackageList) async throws {
        guard !list.packages.isEmpty else { return }
        try await inside(list) { files, counter in
            do {
                try await dpkg(["--unpack"] + files, counter)
            } catch is ToolFailure {
                // A pre-installation script may need a configured dependency: give it one, then go on.
                workspace.log.info(
                    "some packages need others to be set up first: configuring, then trying again")
                try await dpkg(["--configure", "--pending"], counter)
                try await dpkg(["--unpack", "--skip-same-version"] + files, counter)
            }
            try await dpkg(["--configure", "--pending"], counter)
        }
    }

    /// Runs `body` with everything mounted that maintainer scripts and dpkg need.
    private func inside(
        _ list: PackageList, _ body: ([String], ProgressCounter) async throws -> Void
    ) async throws {
        // Each package is unpacked and configured: two events.
        let counter = ProgressCounter(of: Int64(list.packages.count) * 2, workspace, unit: "package steps")
        let files = list.packages.map { "\(Self.storeInside)/\(store.name($0))" }
        let policy = try tree.resolve("/usr/sbin/policy-rc.d")
        let ownPolicy = !FileSystem.exists(policy)
        if ownPolicy { try LocalFile.write("#!/bin/sh\nexit 101\n", to: policy, mode: 0o755) }
        defer { if ownPolicy { LocalFile.remove(policy) } }
        do {
            try await tree.withKernelFileSystems(network: false) {
                try await tree.withBindMounts([BindMount(store.folder, at: Self.storeInside)]) {
                    try await body(files, counter)
                }
            }
        } catch let failure as ToolFailure {
            throw DpkgFailure(failure, tree: tree.path).failure
        }
        for trace in DpkgSkeleton.traces { LocalFile.remove(try tree.resolve(trace)) }
    }

    private func dpkg(_ arguments: [String], _ counter: ProgressCounter) async throws {
        var settings = [
            "--force-depends", "--force-confnew", "--force-unsafe-io", "--log=/dev/null",
        ]
        if options.excludeDocs {
            settings += DpkgSkeleton.documentation.map { "--path-exclude=\($0)/*" }
            settings.append("--path-include=/usr/share/doc/*/copyright")
        }
        let call = ToolCall(
            "dpkg", settings + arguments, environment: DpkgInstaller.environment(in: workspace),
            output: .lines { line in
                if line.hasPrefix("Unpacking ") || line.hasPrefix("Setting up ") { counter.advance() }
            }, logPrefix: "system: ")
        try await tree.run(call)
    }

    /// What maintainer scripts see. INITRD=No: no initrd is made by package scripts; the build
    /// makes one later, once.
    static func environment(in workspace: Workspace) -> [String: String] {
        var environment = workspace.settings.extraEnvironment
        let fixed = [
            "DEBIAN_FRONTEND": "noninteractive", "DEBCONF_NONINTERACTIVE_SEEN": "true",
            "DEBCONF_NOWARNINGS": "yes",
            "INITRD": "No", "HOME": "/root", "TERM": "dumb", "LC_ALL": "C",
        ]
        environment.merge(fixed) { _, ours in ours }
        environment["SOURCE_DATE_EPOCH"] =
            "\(workspace.settings.sourceDateEpoch ?? PackageScripts.neutralTime)"
        return environment
    }
}
