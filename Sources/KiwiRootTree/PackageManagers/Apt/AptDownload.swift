import KiwiDiagnostics
import KiwiToolbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Brings package files into the shared store with apt's own downloader: proxies, logins and
/// checksums are its business.
struct AptDownload: Sendable {
    let store: PackageStore
    let workspace: Workspace

    func run(_ list: PackageList, from origins: PackageOrigins, replace: Bool) async throws {
        try FileSystem.makeFolder(store.folder)
        let missing = replace ? list.packages : store.missing(from: list)
        let total = Int64(list.packages.count)
        let counter = ProgressCounter(
            start: total - Int64(missing.count), of: total, workspace, unit: "packages")
        guard !missing.isEmpty else { return }
        let partial = try store.partialFolder()
        defer { LocalFile.remove(partial) }
        let size = missing.reduce(0) { $0 + $1.size } >> 20
        workspace.log.info("downloading \(missing.count) of \(total) packages (\(size) MiB)")
        var remote: [(PackageList.Package, String)] = []
        try MissingPackages.refuse(
            missing.filter { origins.addresses[$0.sha256]?.hasPrefix("file:") != true }, workspace)
        for package in missing {
            guard let address = origins.addresses[package.sha256] else {
                throw workspace.settings.locked ? MissingPackages.gone([package]) : noOrigin(package)
            }
            if address.hasPrefix("file:") {
                try copy(package, from: address, partial)
                counter.advance()
            } else {
                remote.append((package, address))
            }
        }
        // Argument lists have a limit; a few hundred files a call stay far below it.
        for start in stride(from: 0, to: remote.count, by: 400) {
            try await download(remote[start..<min(start + 400, remote.count)], partial, counter)
        }
    }

    private func download(
        _ files: ArraySlice<(PackageList.Package, String)>, _ partial: String, _ counter: ProgressCounter
    ) async throws {
        let arguments = files.flatMap { package, address in
            [address, "\(partial)/\(store.name(package))", "SHA256:\(package.sha256)"]
        }
        let call = ToolCall(
            AptTool.helper, ["-q", "download-file"] + arguments,
            environment: AptState.environment(AptState.folder(in: workspace)),
            output: .lines { if $0.hasPrefix("Get:") || $0.hasPrefix("Hit:") { counter.advance() } },
            logPrefix: "apt: ")
        let outcome: ToolFailure?
        do {
            try await workspace.runner.run(call)
            outcome = nil
        } catch let failure as ToolFailure {
            outcome = failure
        }
        // Also after a failure: what is complete need not be fetched again.
        var lost: [PackageList.Package] = []
        for (package, _) in files {
            let path = "\(partial)/\(store.name(package))"
            if LocalFile.size(path) == package.size, LocalFile.isFile(path) {
                try store.adopt(path, as: package)
            } else {
                lost.append(package)
            }
        }
        if let outcome { throw failed(outcome, lost) }
    }

    private func copy(_ package: PackageList.Package, from address: String, _ partial: String) throws {
        let quoted = String(address.dropFirst("file:".count))
        let source = quoted.removingPercentEncoding ?? quoted
        let path = "\(partial)/\(store.name(package))"
        if workspace.settings.locked, !LocalFile.isFile(source) { throw MissingPackages.gone([package]) }
        try LocalFile.copyData(source, to: path)
        guard try Digest(ofFile: path).hex == package.sha256 else {
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "package-checksum", "'\(source)' is not the file that the repository's index describes",
                    remedy: "regenerate the index of the repository"))
        }
        try store.adopt(path, as: package)
    }

    private func failed(_ failure: ToolFailure, _ lost: [PackageList.Package]) -> Failure {
        if workspace.settings.locked {
            return MissingPackages.gone(lost, notes: Array(failure.lastLines.suffix(3)))
        }
        let errors = failure.lastLines.filter { $0.hasPrefix("E:") && !$0.contains("Download Failed") }
        let changed = errors.contains { $0.contains("Hash Sum mismatch") || $0.contains(" 404 ") }
        return Failure(
            .buildFailed,
            Diagnostic(
                "download-failed",
                "\(lost.count == 1 ? "package '\(lost[0].name)'" : "\(lost.count) packages") could not be downloaded",
                remedy: changed
                    ? "the repository changed meanwhile: run the build again, with --clear-cache if that does not help"
                    : "check the network and run the build again: finished downloads are kept",
                notes: Array(errors.prefix(3))))
    }

    private func noOrigin(_ package: PackageList.Package) -> Failure {
        Failure(
            .buildFailed,
            Diagnostic(
                "download-failed", "no address is known for package '\(package.name)'",
                remedy: "use --clear-cache"))
    }
}
