import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Brings package files into the shared store with zypper's own downloader, and from there to where
/// zypper looks for them.
struct ZypperDownload: Sendable {
    let store: PackageStore
    let state: ZypperState

    func run(_ list: PackageList, from origins: PackageOrigins) async throws {
        let workspace = state.workspace
        try FileSystem.makeFolder(store.folder)
        let missing = store.missing(from: list)
        let total = Int64(list.packages.count)
        let counter = ProgressCounter(
            start: total - Int64(missing.count), of: total, workspace, unit: "packages")
        for package in list.packages where store.has(package) {
            guard let place = origins.addresses[package.sha256] else { continue }
            let path = "\(state.packageCache)/\(place)"
            try FileSystem.makeFolder(FileSystem.parent(of: path))
            try LocalFile.linkOrCopy(store.path(package), to: path)
        }
        guard !missing.isEmpty else { return }
        workspace.log.info(
            "downloading \(missing.count) of \(total) packages (\(missing.reduce(0) { $0 + $1.size } >> 20) MiB)"
        )
        let exact = RpmWords.Selection(
            words: list.packages.map { "\($0.name).\($0.architecture)=\($0.version)" }, recommends: false)
        let call = state.call(
            state.calls.install(state.emptyRoot, exact, .downloadOnly), home: state.home,
            output: .lines { if $0.hasPrefix("Retrieving package ") { counter.advance() } })
        do {
            try await workspace.runner.run(call)
        } catch let failure as ToolFailure {
            throw RpmFailure.installing(failure, tree: nil, tool: "zypper")
        }
        for package in missing {
            guard let place = origins.addresses[package.sha256] else { continue }
            let path = "\(state.packageCache)/\(place)"
            if LocalFile.isFile(path) { try LocalFile.linkOrCopy(path, to: store.path(package)) }
        }
    }
}
