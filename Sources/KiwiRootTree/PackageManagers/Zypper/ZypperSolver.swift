import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Asks zypper what it would install into an empty tree, or into the one that the state holds.
struct ZypperSolver: Sendable {
    let state: ZypperState
    let request: PackageRequest
    let repositories: [RpmRepository]

    private var workspace: Workspace { state.workspace }
    private static let ownPackage = "zypper"

    /// Names that no repository has.
    private struct Missing: Error { var names: [String] }

    struct Answer: Sendable {
        var words: RpmWords
        var list: PackageList
        var origins = PackageOrigins()
        /// By checksum.
        var places: [String: ZypperPlace] = [:]
    }

    func solve() async throws -> Answer {
        var dropped: Set<String> = []
        var knowsPatterns = true
        while true {
            var words = RpmWords(request, .zypper, without: dropped)
            if !knowsPatterns { words.writeCapabilities() }
            do {
                return try await solve(words)
            } catch let missing as Missing {
                let names = Set(missing.names).subtracting(dropped)
                if knowsPatterns, names.contains(where: { RpmWords.capability($0) != nil }) {
                    knowsPatterns = false
                    continue
                }
                let needed = names.filter {
                    !OptionalPackages.contains($0)
                        && !($0 == Self.ownPackage && request.isOnlyForManager($0))
                }
                guard needed.isEmpty, !names.isEmpty else {
                    throw RpmProblem.missing(needed.sorted(), known: await known(), request)
                }
                for name in names.sorted() {
                    workspace.log.info(RpmProblem.absence(of: name, ownPackage: Self.ownPackage))
                }
                dropped.formUnion(names)
            }
        }
    }

    private func solve(_ words: RpmWords) async throws -> Answer {
        let hasFirst = request.update == nil && !words.bootstrap.words.isEmpty
        let first =
            hasFirst ? try await ask(state.calls.install(state.emptyRoot, words.bootstrap, .dryRun)) : []
        for call in state.calls.lock(state.emptyRoot, words.system.excluded) {
            try await workspace.runner.run(state.call(call, home: state.home))
        }
        let whole = words.whole(pinned: first.map(\.word))
        let all =
            words.upgradesAll
            ? try await ask(state.calls.update(state.emptyRoot, .dryRun))
            : whole.words.isEmpty ? [] : try await ask(state.calls.install(state.emptyRoot, whole, .dryRun))
        return try await describe(first: first, all: all, words)
    }

    /// Adds checksums, sizes and places from the indexes.
    private func describe(
        first: [ZypperAnswer.Package], all: [ZypperAnswer.Package], _ words: RpmWords
    ) async throws -> Answer {
        let names = Set((first + all).map(\.name))
        var indexes: [(RpmRepository, RpmPrimary)] = []
        for entry in repositories {
            indexes.append(
                (
                    entry,
                    try await RpmPrimary.read("\(state.rawCache)/\(entry.id)", names: names, in: workspace)
                ))
        }
        let inFirst = Set(first)
        let named = Set(words.bootstrap.words + words.system.words)
        var answer = Answer(words: words, list: PackageList(packages: []))
        for package in first + all.filter({ !inFirst.contains($0) }) {
            let key = RpmPrimary.Key(
                name: package.name, architecture: package.architecture, edition: package.edition)
            let places = indexes.filter { $0.1.packages[key] != nil }
            let place =
                places.first { $0.0.alias == package.repository || $0.0.id == package.repository }
                ?? places.first
            let fact = place?.1.packages[key]
            // A folder of packages without an index has no checksums: the version must do.
            let id = fact?.checksum ?? Digest(ofParts: [package.word]).hex
            if let place, let fact {
                answer.places[id] = ZypperPlace(
                    path: "\(place.0.id)/\(fact.location)", isLocal: place.0.isLocal)
                // What a mirror list names is zypper's own choice.
                if place.0.addressKind == "baseurl" {
                    answer.origins.addresses[id] =
                        place.0.address + (place.0.address.hasSuffix("/") ? "" : "/") + fact.location
                }
            }
            answer.list.packages.append(
                PackageList.Package(
                    name: package.name, version: package.edition, architecture: package.architecture,
                    sha256: id,
                    size: fact?.size ?? 0, installedSize: fact?.installedSize ?? 0,
                    phase: inFirst.contains(package) ? .bootstrap : .system,
                    requested: named.contains(package.name)))
        }
        return answer
    }

    private func ask(_ arguments: [String]) async throws -> [ZypperAnswer.Package] {
        var call = state.call(arguments, home: state.home, output: .capture(limit: 64 << 20))
        call.successCodes = Set(0...255)
        let result = try await workspace.runner.run(call)
        let answer = ZypperAnswer(result.output)
        let lines = answer.lines + result.lastLines
        if ZypperCalls.successCodes.contains(result.exitCode) { return answer.packages }
        for line in lines { workspace.log.line("zypper: \(line)") }
        if result.exitCode == ZypperCalls.notFound {
            let names = ZypperFailure.missing(in: lines)
            if !names.isEmpty { throw Missing(names: names) }
        }
        throw ZypperFailure.solving(lines, request: request)
    }

    private func known() async -> [String] {
        let call = state.call(
            state.calls.names(state.emptyRoot), home: state.home, output: .capture(limit: 256 << 20))
        guard let output = try? await workspace.runner.run(call).output else { return [] }
        return output.split(separator: "\n").filter { $0.hasPrefix("<solvable ") }.map {
            ZypperAnswer.value("name", $0)
        }
    }
}
