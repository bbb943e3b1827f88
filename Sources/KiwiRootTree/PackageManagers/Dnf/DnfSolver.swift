import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Asks dnf what it would install into an empty tree, or into the one that the state holds.
struct DnfSolver: Sendable {
    let state: DnfState
    let request: PackageRequest
    let repositories: [RpmRepository]
    let ownPackage: String

    private var workspace: Workspace { state.workspace }

    struct Answer: Sendable {
        var words: RpmWords
        var list: PackageList
        var origins: PackageOrigins
    }

    func solve() async throws -> Answer {
        var dropped: Set<String> = []
        while true {
            do {
                return try await solve(RpmWords(request, .dnf, without: dropped))
            } catch let missing as DnfFailure.Missing {
                let names = Set(missing.names).subtracting(dropped)
                let needed = names.filter {
                    !OptionalPackages.contains($0) && !($0 == ownPackage && request.isOnlyForManager($0))
                }
                guard needed.isEmpty, !names.isEmpty else { throw try await unknown(needed.sorted()) }
                for name in names.sorted() {
                    workspace.log.info(RpmProblem.absence(of: name, ownPackage: ownPackage))
                }
                dropped.formUnion(names)
            }
        }
    }

    private func solve(_ words: RpmWords) async throws -> Answer {
        for call in state.calls.modules(
            state.emptyRoot, disable: words.disabledModules, enable: words.enabledModules)
        {
            try await workspace.runner.run(state.call(call, home: state.home))
        }
        let first =
            request.update == nil && !words.bootstrap.words.isEmpty ? try await report(words.bootstrap) : []
        let pinned = first.map(\.word)
        let whole =
            words.upgradesAll
            ? try await report(call: state.calls.upgrade(state.emptyRoot, .ask))
            : try await report(words.whole(pinned: pinned))
        let inFirst = Set(first.map(\.word))
        var origins = PackageOrigins()
        var packages: [PackageList.Package] = []
        let named = Set(words.bootstrap.words + words.system.words)
        for package in first + whole.filter({ !inFirst.contains($0.word) }) {
            if !package.location.isEmpty { origins.addresses[package.checksum] = package.location }
            packages.append(
                PackageList.Package(
                    name: package.name, version: package.fullVersion, architecture: package.arch,
                    sha256: package.checksum, size: package.size, installedSize: package.installed,
                    phase: inFirst.contains(package.word) ? .bootstrap : .system,
                    requested: package.requested || named.contains(package.name)))
        }
        return Answer(words: words, list: PackageList(packages: packages), origins: origins)
    }

    private func report(_ selection: RpmWords.Selection) async throws -> [DnfReport.Package] {
        guard !selection.words.isEmpty else { return [] }
        return try await report(call: state.calls.install(state.emptyRoot, selection, .ask))
    }

    private func report(call arguments: [String]) async throws -> [DnfReport.Package] {
        let place = "\(state.folder)/report.json"
        LocalFile.remove(place)
        var call = state.call(
            arguments, home: state.home, environment: [DnfReport.variable: place],
            output: .capture(limit: 64 << 20))
        // "no" to the question whether to go on is an error for dnf.
        call.successCodes = [0, 1]
        let result = try await workspace.runner.run(call)
        let lines = result.output.split(separator: "\n").map(String.init) + result.lastLines
        if state.calls.program == .dnf5, let packages = try await read(lines) { return packages }
        guard FileSystem.exists(place) else {
            for line in lines { workspace.log.line("dnf: \(line)") }
            throw DnfFailure.solving(lines, request: request)
        }
        return try DnfReport.read(place).packages
    }

    /// What the table of dnf 5 says, with checksums, sizes and places from the indexes.
    private func read(_ lines: [String]) async throws -> [DnfReport.Package]? {
        guard let rows = DnfTable.read(lines) else { return nil }
        let names = Set(rows.map(\.name))
        var indexes: [String: RpmPrimary] = [:]
        for folder in state.repositoryFolders {
            // The name of a folder is that of the repository and a checksum.
            let id = FileSystem.name(of: folder).split(separator: "-").dropLast().joined(separator: "-")
            indexes[id] = try await RpmPrimary.read(folder, names: names, in: workspace)
        }
        return try rows.map { row in
            let key = RpmPrimary.Key(name: row.name, architecture: row.architecture, edition: row.edition)
            guard let fact = indexes[row.repository]?.packages[key] else {
                throw Failure(
                    .buildFailed,
                    Diagnostic(
                        "package-without-checksum", at: request.position(of: row.name),
                        "the index of repository '\(row.repository)' does not name package '\(row.name)'",
                        remedy: row.repository == "@commandline"
                            ? "put package files into a repository: dnf 5 does not say what it knows of them"
                            : "regenerate it with createrepo_c"))
            }
            return DnfReport.Package(row, fact, in: repositories.first { $0.id == row.repository })
        }
    }

    private func unknown(_ names: [String]) async throws -> Failure {
        let call = state.call(
            state.calls.names(state.emptyRoot), home: state.home, output: .capture(limit: 64 << 20))
        let known = (try? await workspace.runner.run(call).output) ?? ""
        return RpmProblem.missing(names, known: known.split(separator: "\n").map(String.init), request)
    }
}
