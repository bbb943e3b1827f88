import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Asks pacman what it would install into an empty tree, or beside what the state holds.
struct PacmanSolver: Sendable {
    let state: PacmanState
    let request: PackageRequest
    let repositories: [PacmanRepository]

    private var workspace: Workspace { state.workspace }

    private struct Line: Hashable {
        var database: String
        var name: String
        var version: String
        var size: Int64
        var address: String

        init?(_ text: Substring) {
            let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 5 else { return nil }
            (database, name, version, size, address) = (
                parts[0], parts[1], parts[2], Int64(parts[3]) ?? 0, RepositoryAddress.withoutLogin(parts[4])
            )
        }
    }

    private struct Missing: Error { var names: [String] }

    func solve() async throws -> PackageResolution {
        var dropped: Set<String> = []
        while true {
            do {
                // Groups of pacman are written like packages.
                return try await solve(
                    RpmWords(request, RpmWords.Style(collection: "", product: nil), without: dropped))
            } catch let missing as Missing {
                let names = Set(missing.names).subtracting(dropped)
                let needed = names.filter {
                    !OptionalPackages.contains($0) && !($0 == "pacman" && request.isOnlyForManager($0))
                }
                guard needed.isEmpty, !names.isEmpty else {
                    let known =
                        (try? await workspace.runner.run(
                            state.call(state.calls.names(state.emptyRoot), output: .capture(limit: 64 << 20))
                        ).output) ?? ""
                    throw RpmProblem.missing(
                        needed.sorted(), known: known.split(separator: "\n").map(String.init), request)
                }
                for name in names.sorted() {
                    workspace.log.info(RpmProblem.absence(of: name, ownPackage: "pacman"))
                }
                dropped.formUnion(names)
            }
        }
    }

    private func solve(_ words: RpmWords) async throws -> PackageResolution {
        let hasFirst = request.update == nil && !words.bootstrap.words.isEmpty
        let first = hasFirst ? try await ask(state.calls.list(state.emptyRoot, words.bootstrap.words)) : []
        let whole = words.whole(pinned: first.map(\.name)).words
        let all =
            words.upgradesAll
            ? try await ask(state.calls.listUpdates(state.emptyRoot))
            : whole.isEmpty ? [] : try await ask(state.calls.list(state.emptyRoot, whole))
        try state.keep(words)
        return try await describe(first, all, Set(words.bootstrap.words + words.system.words))
    }

    private func ask(_ arguments: [String]) async throws -> [Line] {
        var call = state.call(arguments, output: .capture(limit: 64 << 20))
        call.successCodes = [0, 1]
        let result = try await workspace.runner.run(call)
        if result.exitCode == 0 { return result.output.split(separator: "\n").compactMap(Line.init) }
        let lines = result.output.split(separator: "\n").map(String.init) + result.lastLines
        for line in lines { workspace.log.line("pacman: \(line)") }
        let names = PacmanFailure.missing(in: lines)
        if !names.isEmpty { throw Missing(names: names) }
        throw PacmanFailure.failure(lines, request: request, exitCode: result.exitCode)
    }

    /// Adds checksums and sizes from the databases.
    private func describe(_ first: [Line], _ all: [Line], _ named: Set<String>) async throws
        -> PackageResolution
    {
        var facts: [String: PacmanEntry] = [:]
        for database in Set((first + all).map(\.database)).sorted() {
            for entry in try await state.entries(of: database) { facts["\(database)/\(entry.name)"] = entry }
        }
        let inFirst = Set(first)
        var origins = PackageOrigins()
        var packages: [PackageList.Package] = []
        for line in first + all.filter({ !inFirst.contains($0) }) {
            let fact = facts["\(line.database)/\(line.name)"]
            guard let checksum = fact?.fields["SHA256SUM"]?.first else {
                throw Failure(
                    .buildFailed,
                    Diagnostic(
                        "package-without-checksum",
                        "the repository states no SHA-256 for package '\(line.name)'",
                        remedy: "regenerate its database with repo-add"))
            }
            origins.addresses[checksum] = line.address
            packages.append(
                PackageList.Package(
                    name: line.name, version: line.version, architecture: fact?.architecture ?? "any",
                    sha256: checksum, size: fact?.number("CSIZE") ?? line.size,
                    installedSize: fact?.number("ISIZE") ?? 0,
                    phase: inFirst.contains(line) ? .bootstrap : .system,
                    requested: named.contains(line.name)))
        }
        return PackageResolution(
            list: PackageList(packages: packages), origins: origins,
            newestRelease: facts.values.map { $0.number("BUILDDATE") }.max(),
            repositories: repositories.map(\.used))
    }
}
