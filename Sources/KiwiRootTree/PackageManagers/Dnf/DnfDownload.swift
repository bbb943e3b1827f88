import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Brings package files into the shared store with dnf's own downloader: mirrors, logins, checksums
/// and signatures are its business. Packages of local repositories are used where they lie.
struct DnfDownload: Sendable {
    let store: PackageStore
    let state: DnfState

    func run(_ list: PackageList, from origins: PackageOrigins) async throws {
        let workspace = state.workspace
        try FileSystem.makeFolder(store.folder)
        func isLocal(_ package: PackageList.Package) -> Bool {
            origins.addresses[package.sha256]?.hasPrefix("file:") ?? false
        }
        // dnf 5 does not use packages where they lie.
        let remote = state.calls.program == .dnf5 ? list.packages : list.packages.filter { !isLocal($0) }
        let total = Int64(list.packages.count)
        let missing = store.missing(from: PackageList(packages: remote))
        let counter = ProgressCounter(
            start: total - Int64(missing.count), of: total, workspace, unit: "packages")
        if !remote.isEmpty {
            // dnf takes what lies in its cache under the name that the repository gives it.
            for package in remote where store.has(package) {
                let name = fileName(package, origins)
                for folder in state.repositoryFolders {
                    try FileSystem.makeFolder("\(folder)/packages")
                    try LocalFile.linkOrCopy(store.path(package), to: "\(folder)/packages/\(name)")
                }
            }
        }
        guard !missing.isEmpty else { return }
        try MissingPackages.refuse(missing.filter { !isLocal($0) }, workspace)
        workspace.log.info(
            "downloading \(missing.count) of \(total) packages (\(missing.reduce(0) { $0 + $1.size } >> 20) MiB)"
        )
        let words = RpmWords.Selection(
            words: list.packages.map { "\($0.name)-\($0.version).\($0.architecture)" }, recommends: false)
        let call = state.call(
            state.calls.install(state.emptyRoot, words, .download),
            home: state.home,
            output: .lines { if $0.contains(".rpm") { counter.advance() } })
        do {
            try await workspace.runner.run(call)
        } catch let failure as ToolFailure {
            throw RpmFailure.installing(failure, tree: nil, tool: "dnf")
        }
        let files = state.packageFiles()
        for package in missing {
            guard let file = files[fileName(package, origins)] else { continue }
            try LocalFile.linkOrCopy(file, to: store.path(package))
        }
    }

    /// The name that its repository gives it, which is nearly always made of these parts.
    private func fileName(_ package: PackageList.Package, _ origins: PackageOrigins) -> String {
        if let address = origins.addresses[package.sha256] { return FileSystem.name(of: address) }
        let version = package.version.drop { $0 != ":" }.dropFirst()
        return
            "\(package.name)-\(version.isEmpty ? package.version[...] : version).\(package.architecture).rpm"
    }
}
