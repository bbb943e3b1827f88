import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Where zypper keeps a package file.
struct ZypperPlace: Codable, Sendable, Hashable {
    /// Below its folder of packages.
    var path: String
    /// Whether its repository is a folder of this machine.
    var isLocal: Bool
}

/// Brings package files into the shared store with zypper's own downloader, and from there to where
/// zypper looks for them.
struct ZypperDownload: Sendable {
    let store: PackageStore
    let state: ZypperState

    func run(_ list: PackageList, places: [String: ZypperPlace]) async throws {
        let workspace = state.workspace
        try FileSystem.makeFolder(store.folder)
        let missing = store.missing(from: list)
        let total = Int64(list.packages.count)
        let counter = ProgressCounter(
            start: total - Int64(missing.count), of: total, workspace, unit: "packages")
        for package in list.packages where store.has(package) {
            guard let place = places[package.sha256] else { continue }
            let path = "\(state.packageCache)/\(place.path)"
            try FileSystem.makeFolder(FileSystem.parent(of: path))
            try LocalFile.linkOrCopy(store.path(package), to: path)
        }
        guard !missing.isEmpty else { return }
        try MissingPackages.refuse(missing.filter { places[$0.sha256]?.isLocal != true }, workspace)
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
            guard let place = places[package.sha256] else { continue }
            let path = "\(state.packageCache)/\(place.path)"
            if LocalFile.isFile(path) { try LocalFile.linkOrCopy(path, to: store.path(package)) }
        }
    }
}
