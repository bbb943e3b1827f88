import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// apk of this machine with the tree as its root. Never tried with a real apk: only its calls are tested.
public struct Apk: PackageManager {
    public static let names = ["apk"]

    public init(named name: String = "apk") {}

    public var ownPackage: String { "apk-tools" }

    public var tools: [ToolRequirement] {
        [
            ToolRequirement(
                ApkCalls.tool, from: "Alpine's apk-tools (apk.static, under the name apk)",
                to: "resolve, download and install packages"
            ).ofPackageManager
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
                        "\(kind) '\(place.value)' has no effect with apk", remedy: "remove it"))
            }
        }
        for repository in request.repositories where repository.username != nil || repository.password != nil
        {
            found.append(
                Diagnostic(
                    "unsupported-credentials", at: repository.position,
                    "apk takes no user name and password for a repository",
                    remedy: "use a repository that needs none, or a mirror of it (--mirror)"))
        }
        for script in request.repositories.compactMap(\.customize) {
            found.append(
                Diagnostic(
                    "unsupported-element", at: script.position,
                    "apk has one file for all repositories, which the script '\(script.value)' could not know",
                    remedy: "remove 'customize'"))
        }
        if request.lock != nil, let problem = lockProblem(request) { found.append(problem) }
        return found
    }

    public func lockProblem(_ request: PackageRequest) -> Diagnostic? {
        Diagnostic(
            "lock-unsupported", at: request.manager.position, "a lock file is not supported with apk",
            remedy: "build without --locked")
    }

    // MARK: Resolve

    /// What the steps that install need.
    struct Kept: Codable {
        var calls: ApkCalls
        var words: RpmWords
    }

    private func folder(_ workspace: Workspace) -> String { "\(workspace.folders.bulk)/apk" }

    private func kept(_ workspace: Workspace) throws -> Kept {
        try JSONDecoder().decode(
            Kept.self, from: Data(FileSystem.readBytes("\(folder(workspace))/request.json")))
    }

    public func resolve(_ request: PackageRequest, in workspace: Workspace) async throws -> PackageResolution
    {
        if workspace.settings.offline {
            throw Failure(
                .usage,
                Diagnostic(
                    "offline-unsupported", at: request.manager.position,
                    "--offline is not supported with apk",
                    remedy: "build without --offline"))
        }
        let repositories = try RpmRepository.all(for: request, types: ["apk"])
        let folder = folder(workspace)
        let root = "\(folder)/empty"
        try FileSystem.makeFolder(root)
        let keys = try await RpmKeys.provide(request.trustedKeys, in: "\(folder)/keys", workspace)
        let calls = ApkCalls(
            repositories: repositories.map { entry in
                entry.isLocal ? String(entry.address.dropFirst("file://".count)) : entry.address
            }, keys: keys.files.isEmpty ? nil : "\(folder)/keys")
        if let base = request.base {
            try await workspace.withTree(of: base) { tree in
                guard let database = try? tree.resolve("/lib/apk", followLast: true),
                    FileSystem.isRealFolder(database)
                else {
                    throw Diagnostic(
                        "base-image-packages", "the base image has no packages of apk",
                        remedy: "choose the <packagemanager> that the base image was made with")
                }
                try FileSystem.makeFolder("\(root)/lib")
                try await workspace.runner.run(ToolCall("cp", ["-a", "-T", database, "\(root)/lib/apk"]))
            }
        }
        var dropped: Set<String> = []
        while true {
            // Groups of apk are packages.
            let words = RpmWords(request, RpmWords.Style(collection: "", product: nil), without: dropped)
            do {
                let list = try await solve(words, calls, root, request, workspace)
                let text = String(
                    decoding: try CanonicalJSON.encode(Kept(calls: calls, words: words)), as: UTF8.self)
                try LocalFile.write(text, to: "\(folder)/request.json")
                return PackageResolution(
                    list: list, origins: PackageOrigins(), newestRelease: nil,
                    repositories: repositories.map(\.used))
            } catch let missing as Missing {
                let names = Set(missing.names).subtracting(dropped)
                let needed = names.filter {
                    !OptionalPackages.contains($0) && !($0 == ownPackage && request.isOnlyForManager($0))
                }
                guard needed.isEmpty, !names.isEmpty else {
                    let call = ToolCall(
                        ApkCalls.tool, calls.names(root), output: .capture(limit: 64 << 20),
                        logPrefix: "apk: ")
                    let known = (try? await workspace.runner.run(call).output) ?? ""
                    throw RpmProblem.missing(
                        needed.sorted(), known: known.split(separator: "\n").map(String.init), request)
                }
                for name in names.sorted() {
                    workspace.log.info(RpmProblem.absence(of: name, ownPackage: ownPackage))
                }
                dropped.formUnion(names)
            }
        }
    }

    private struct Missing: Error { var names: [String] }

    private func solve(
        _ words: RpmWords, _ calls: ApkCalls, _ root: String, _ request: PackageRequest,
        _ workspace: Workspace
    ) async throws -> PackageList {
        func ask(_ arguments: [String]) async throws -> [ApkAnswer.Package] {
            var call = ToolCall(
                ApkCalls.tool, arguments, output: .capture(limit: 64 << 20), logPrefix: "apk: ")
            call.successCodes = Set(0...255)
            let result = try await workspace.runner.run(call)
            if result.exitCode == 0 { return ApkAnswer.packages(result.output) }
            let lines = result.output.split(separator: "\n").map(String.init) + result.lastLines
            let names = ApkAnswer.missing(lines)
            if !names.isEmpty { throw Missing(names: names) }
            throw failure(lines, request.manager.position)
        }
        let hasFirst = request.base == nil && request.update == nil
        let first =
            hasFirst ? try await ask(calls.bootstrap(root, words.bootstrap.words, simulate: true)) : []
        let named = words.bootstrap.words + words.system.words
        let all: [ApkAnswer.Package]
        if hasFirst {
            all = try await ask(calls.bootstrap(root, named.isEmpty ? [] : named, simulate: true))
        } else {
            try await workspace.runner.run(ToolCall(ApkCalls.tool, calls.update(root), logPrefix: "apk: "))
            all = try await ask(
                words.upgradesAll
                    ? calls.upgrade(root, simulate: true) : calls.install(root, named, simulate: true))
        }
        let inFirst = Set(first)
        return PackageList(
            packages: (first + all.filter { !inFirst.contains($0) }).map { package in
                // Indexes of apk have no SHA-256 of files: the version must do.
                PackageList.Package(
                    name: package.name, version: package.version, architecture: request.architecture.rawValue,
                    sha256: Digest(ofParts: [package.name, package.version]).hex, size: 0, installedSize: 0,
                    phase: inFirst.contains(package) ? .bootstrap : .system,
                    requested: named.contains(package.name))
            }, context: ["apk"])
    }

    private func failure(_ lines: [String], _ position: Position?) -> Failure {
        let told = lines.first {
            $0.contains("ERROR:") || $0.contains("conflicts:") || $0.contains("breaks:")
        }
        return Failure(
            .buildFailed,
            Diagnostic(
                "package-failed", at: position, told.map { $0.trimming(" ") } ?? "apk failed",
                remedy: "look at its messages below and at the log", notes: Array(lines.suffix(6))))
    }

    /// apk downloads as it installs.
    public func fetch(_ list: PackageList, in workspace: Workspace) async throws {}

    public func resolve(_ lock: PackageLock, for request: PackageRequest, in workspace: Workspace)
        async throws -> PackageResolution
    {
        throw Failure(.usage, [lockProblem(request)].compactMap { $0 })
    }

    // MARK: Install

    public func bootstrap(_ list: PackageList, options: InstallOptions, into tree: RootTree) async throws {
        guard !list.packages.isEmpty else { return }
        let kept = try kept(tree.workspace)
        try await run(
            [kept.calls.bootstrap(tree.path, kept.words.bootstrap.words)], list.packages.count, tree)
    }

    public func install(
        _ list: PackageList, all: PackageList, options: InstallOptions, into tree: RootTree
    ) async throws {
        guard !list.packages.isEmpty else { return }
        let kept = try kept(tree.workspace)
        let phase =
            list.packages.allSatisfy { $0.phase == .bootstrap } ? kept.words.bootstrap : kept.words.system
        let change =
            kept.words.upgradesAll
            ? kept.calls.upgrade(tree.path) : kept.calls.install(tree.path, phase.words)
        try await run([kept.calls.update(tree.path), change], list.packages.count, tree)
    }

    private func run(_ calls: [[String]], _ count: Int, _ tree: RootTree) async throws {
        let counter = ProgressCounter(of: Int64(count), tree.workspace, unit: "packages")
        do {
            try await tree.withKernelFileSystems(network: false) {
                for arguments in calls {
                    try await tree.workspace.runner.run(
                        ToolCall(
                            ApkCalls.tool, arguments,
                            output: .lines { if ApkAnswer.isProgress($0) { counter.advance() } },
                            logPrefix: "system: "))
                }
            }
        } catch let problem as ToolFailure {
            throw failure(problem.lastLines, nil)
        }
    }

    public func uninstall(_ packages: [Located<String>], from tree: RootTree) async throws {
        let known = Set(try ApkDatabase(of: tree)?.entries.map(\.name) ?? [])
        let present = packages.map(\.value).filter(known.contains)
        guard !present.isEmpty else { throw Failure(.buildFailed, RemovalProblem.nothing(packages)) }
        let calls = (try? kept(tree.workspace))?.calls ?? ApkCalls(repositories: [])
        try await run([calls.remove(tree.path, present)], 0, tree)
    }

    public func delete(_ packages: [Located<String>], from tree: RootTree) async throws {
        try await uninstall(packages, from: tree)
    }

    public func cleanUp(_ tree: RootTree) async throws {
        let cache = try tree.resolve("/var/cache/apk")
        for name in LocalFile.list(cache) { LocalFile.remove("\(cache)/\(name)") }
    }

    public func writeImageRepositories(_ setup: ImageRepositories, into tree: RootTree) async throws {
        guard !setup.repositories.isEmpty else { return }
        var request = PackageRequest(
            repositories: setup.repositories, architecture: setup.architecture, manager: "apk")
        request.obsDownloadURL = setup.obsDownloadURL
        let file = try tree.resolve("/etc/apk/repositories", followLast: true)
        try FileSystem.makeFolder(FileSystem.parent(of: file))
        var lines = (LocalFile.readIfPresent(file) ?? "").split(separator: "\n").map(String.init)
        for entry in try RpmRepository.all(for: request, types: ["apk"], exists: { _ in true })
        where !lines.contains(entry.address) {
            lines.append(entry.address)
        }
        try LocalFile.write(lines.map { $0 + "\n" }.joined(), to: file)
    }

    // MARK: Lists

    public func packageList(in tree: RootTree) async throws -> String {
        try ApkDatabase(of: tree)?.list ?? ""
    }
    public func installedPackages(in tree: RootTree) async throws -> [InstalledPackage] {
        try ApkDatabase(of: tree)?.packages ?? []
    }
    /// KIWI writes no list of changed files for apk.
    public func verification(of tree: RootTree) async throws -> String { "" }
    /// Packages of apk have no change logs.
    public func changes(in tree: RootTree) async throws -> String { "" }
}
