import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Asks apt what would be installed into an empty system. apt only simulates: nothing is locked.
struct AptSolver: Sendable {
    let state: AptState
    let request: PackageRequest

    func solve() async throws -> (list: PackageList, origins: PackageOrigins) {
        try await state.workspace.runner.run(state.call("apt-cache", ["-q", "gencaches"]))
        // apt names all unknown packages at once; those to ignore need not exist.
        var dropped = try await absentOptionalPackages()
        while true {
            do {
                return try await solve(without: dropped)
            } catch let missing as MissingPackages {
                let optional = try await decide(missing, dropped: dropped)
                dropped.formUnion(optional)
            }
        }
    }

    /// Optional packages are looked up before anything is solved: they are usually absent.
    private func absentOptionalPackages() async throws -> Set<String> {
        var absent: Set<String> = []
        let asked = Set((request.bootstrap.packages + request.system.packages).map(\.value))
        for name in asked.sorted() where OptionalPackages.contains(name) {
            let call = state.call("apt-cache", ["-q", "pkgnames", "--", name], output: .capture())
            let known = try await state.workspace.runner.run(call).output.split(separator: "\n").map(
                String.init)
            if known.contains(name) { continue }
            absent.insert(name)
            state.workspace.log.info(
                "package '\(name)' is in no repository; it is not needed, the boot code comes from kiwi itself"
            )
        }
        return absent
    }

    /// Names that no repository has.
    private struct MissingPackages: Error { var names: [String] }

    private func solve(without dropped: Set<String>) async throws -> (
        list: PackageList, origins: PackageOrigins
    ) {
        let words = AptRequestWords(request, without: dropped)
        async let bootstrapRun =
            request.update == nil
            ? simulate(words.bootstrap, recommends: request.bootstrap.installRecommends) : []
        async let wholeRun = simulate(words.whole, recommends: request.system.installRecommends)
        async let addresses = addresses(words.whole, recommends: request.system.installRecommends)
        let bootstrap = try await bootstrapRun
        var whole = try await wholeRun
        var places = try await addresses
        if !Set(bootstrap).isSubset(of: whole) {
            // The whole request chose another alternative: ask again with the bootstrap set spelled out.
            let pinned = bootstrap.map(\.word) + words.whole
            whole = try await simulate(pinned, recommends: request.system.installRecommends)
            places = try await self.addresses(pinned, recommends: request.system.installRecommends)
        }
        let lost = bootstrap.filter { !whole.contains($0) }
        guard lost.isEmpty else { throw bootstrapConflict(lost) }
        return try await describe(bootstrap: bootstrap, whole: whole, places, words)
    }

    // MARK: Calls of apt

    private func arguments(_ words: [String], recommends: Bool) -> [String] {
        // An upgrade that removes nothing: what has to go is named by the caller.
        let verb = request.update == .everything ? ["upgrade", "--with-new-pkgs"] : ["install"]
        return ["-o", "APT::Install-Recommends=\(recommends)"] + verb + ["--"] + words
    }

    private func simulate(_ words: [String], recommends: Bool) async throws -> [AptPackageID] {
        let output = try await ask(["-q", "-y", "-s"] + arguments(words, recommends: recommends))
        return AptPackageID.installed(in: output, request.architecture)
    }

    /// apt explains a failed solution on its standard output.
    private func ask(_ arguments: [String]) async throws -> String {
        var call = state.call("apt-get", arguments, output: .capture())
        call.successCodes = [0, 100]
        let result = try await state.workspace.runner.run(call)
        guard result.exitCode != 0 else { return result.output }
        let lines = result.output.split(separator: "\n").map(String.init) + result.lastLines
        for line in lines { state.workspace.log.line("apt: \(line)") }
        let names = AptSolverFailure.missing(in: lines)
        if !names.isEmpty { throw MissingPackages(names: names) }
        throw AptSolverFailure(lines, request: request).failure
    }

    /// Download addresses by the name apt gives the package file.
    private func addresses(_ words: [String], recommends: Bool) async throws -> [String: String] {
        let output = try await ask(["-q", "-y", "--print-uris"] + arguments(words, recommends: recommends))
        var places: [String: String] = [:]
        for line in output.split(separator: "\n") where line.hasPrefix("'") {
            let parts = line.dropFirst().split(separator: "'", maxSplits: 1)
            guard parts.count == 2, let file = parts[1].split(separator: " ").first else { continue }
            places[String(file)] = String(parts[0])
        }
        return places
    }

    /// Adds checksums and sizes from the indexes.
    private func describe(
        bootstrap: [AptPackageID], whole: [AptPackageID], _ places: [String: String], _ words: AptRequestWords
    ) async throws -> (list: PackageList, origins: PackageOrigins) {
        if whole.isEmpty { return (PackageList(packages: []), PackageOrigins()) }
        let show = state.call(
            "apt-cache",
            ["-q", "show", "--no-all-versions", "--"] + whole.map { "\($0.word)=\($0.version)" },
            output: .capture(limit: 256 << 20))
        let facts = AptPackageFacts.read(try await state.workspace.runner.run(show).output)
        var origins = PackageOrigins()
        var packages: [PackageList.Package] = []
        let first = Set(bootstrap)
        for id in bootstrap + whole.filter({ !first.contains($0) }) {
            guard let fact = facts[id], let place = places[id.fileName] else { throw incomplete(id) }
            origins.addresses[fact.sha256] = place
            packages.append(
                PackageList.Package(
                    name: id.name, version: id.version, architecture: id.architecture, sha256: fact.sha256,
                    size: fact.size, installedSize: fact.installedSize,
                    phase: first.contains(id) ? .bootstrap : .system, requested: words.named.contains(id.name)
                ))
        }
        return (PackageList(packages: packages), origins)
    }

    // MARK: Diagnostics

    /// - Returns: names to leave out; throws when one of them is not optional.
    private func decide(_ missing: MissingPackages, dropped: Set<String>) async throws -> Set<String> {
        let names = Set(missing.names).subtracting(dropped)
        let ignored = Set((request.bootstrap.ignore + request.system.ignore).map(\.value))
        let needed = names.filter { !ignored.contains($0) }
        guard needed.isEmpty, !names.isEmpty else {
            let known =
                (try? await state.workspace.runner.run(
                    state.call("apt-cache", ["-q", "pkgnames"], output: .capture(limit: 64 << 20))
                ).output) ?? ""
            let all = known.split(separator: "\n").map(String.init)
            if all.isEmpty { throw Failure(.buildFailed, nothingForArchitecture) }
            throw Failure(
                .buildFailed,
                needed.sorted().map { missingPackage($0, near: nearestNames(to: $0, among: all)) }
                    .sorted { ($0.position?.line ?? 0, $0.message) < ($1.position?.line ?? 0, $1.message) })
        }
        return names
    }

    private var searched: String {
        let places = state.sources.entries.map { "\($0.alias) (\($0.addresses.joined(separator: " ")))" }
        return "searched: " + places.map(RepositoryAddress.masked).joined(separator: ", ")
    }

    /// One message instead of one for each package: most often a foreign architecture.
    private var nothingForArchitecture: Diagnostic {
        let name = request.architecture.debianName
        let others = AptReleases.architectures(lists: "\(state.folder)/lists").filter { $0 != "all" }
        return Diagnostic(
            "no-packages", at: request.repositories.first?.source.position,
            "no repository has packages for \(name)",
            remedy: others.isEmpty || others.contains(name)
                ? "correct 'distribution' and 'components' of the repositories"
                : "add a repository that has them, or build for another architecture: these have "
                    + others.joined(separator: ", "),
            notes: [searched])
    }

    private func missingPackage(_ name: String, near: [String]) -> Diagnostic {
        Diagnostic(
            "missing-package", at: request.position(of: name), "package '\(name)' is in no repository",
            remedy: near.isEmpty
                ? "correct the name or add a repository that has it"
                : "write \(near.map { "'\($0)'" }.joined(separator: " or ")), or add a repository that has '\(name)'",
            notes: [searched])
    }

    private func bootstrapConflict(_ lost: [AptPackageID]) -> Failure {
        Failure(
            .buildFailed,
            Diagnostic(
                "bootstrap-conflict", at: lost.first.flatMap { request.position(of: $0.name) },
                "the packages of the bootstrap phase do not fit the others: "
                    + lost.map(\.name).joined(separator: ", "),
                remedy: "name in <packages type=\"bootstrap\"> the alternatives that the image needs"))
    }

    private func incomplete(_ id: AptPackageID) -> Failure {
        Failure(
            .buildFailed,
            Diagnostic(
                "package-without-checksum",
                "the repository states no SHA-256 or address for package '\(id.name)'",
                remedy: "regenerate the repository's Packages index with SHA256 fields"))
    }
}
