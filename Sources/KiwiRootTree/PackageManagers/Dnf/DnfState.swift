import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The private dnf of one build: its folders, configuration and repositories.
struct DnfState: Sendable {
    let folder: String
    let workspace: Workspace
    var calls: DnfCalls

    /// - Parameter name: the value of `<packagemanager>`; nil outside of the step that resolves.
    init(in workspace: Workspace, releaseVersion: String? = nil, for name: String? = nil) {
        folder = "\(workspace.folders.bulk)/dnf"
        self.workspace = workspace
        let kept = LocalFile.readIfPresent("\(folder)/release-version")
        calls = DnfCalls(
            configuration: "\(folder)/dnf.conf", releaseVersion: releaseVersion ?? kept ?? "0")
        let chosen = name == nil ? LocalFile.readIfPresent("\(folder)/program").flatMap(DnfProgram.init) : nil
        calls.program = chosen ?? .choose(for: name ?? "dnf4") { workspace.settings.hasTool($0) }
    }

    /// A tree without packages: requests are resolved as if they were installed there.
    var emptyRoot: String { "\(folder)/empty" }
    /// The folder that every tree sees at ``DnfConfiguration/cacheInside``.
    var cache: String { emptyRoot + DnfConfiguration.cacheInside }
    var home: RpmHome { RpmHome(folder: "\(folder)/home") }
    private var requestFile: String { "\(folder)/request.json" }

    /// Writes configuration, keys and repositories of a request.
    static func make(
        for request: PackageRequest, repositories: [RpmRepository], in workspace: Workspace
    ) async throws -> (DnfState, RpmKeys) {
        let state = DnfState(
            in: workspace, releaseVersion: request.releaseVersion ?? "0", for: request.manager.value)
        try state.makeFolders()
        try LocalFile.write(state.calls.releaseVersion, to: "\(state.folder)/release-version")
        try LocalFile.write(state.calls.program.rawValue, to: "\(state.folder)/program")
        let keys = try await RpmKeys.provide(request.trustedKeys, in: "\(state.folder)/keys", workspace)
        let configuration = DnfConfiguration(
            state: state.folder, architecture: request.architecture,
            checksSignatures: request.checksSignatures, program: state.calls.program)
        try state.configure(configuration)
        try state.keepInside(configuration, keys)
        let keysInside = keys.files.indices.map { "\(DnfConfiguration.settingsInside)/keys/\($0).key" }
        for (entry, repository) in zip(repositories, request.repositories) {
            if let login = entry.login { workspace.log.hide(login.password) }
            try LocalFile.write(
                DnfConfiguration.repository(entry, keys: keys.files, inImage: false),
                to: "\(state.folder)/repos/\(entry.id).repo", mode: 0o600)
            try LocalFile.write(
                DnfConfiguration.repository(entry.inside, keys: keysInside, inImage: false),
                to: "\(state.insideFolder)/repos/\(entry.id).repo")
            for folder in [state.folder, state.insideFolder] {
                try await RepositoryScript(of: repository, in: workspace)?.edit(
                    "\(folder)/repos/\(entry.id).repo")
            }
        }
        return (state, keys)
    }

    func makeFolders() throws {
        for name in ["repos", "vars", "plugins", "pluginconf", "modules", "keys"] {
            try FileSystem.makeFolder("\(folder)/\(name)")
        }
        try FileSystem.makeFolder("\(cache)/cache")
        try FileSystem.makeFolder("\(cache)/log")
        if calls.program == .dnf4 {
            try LocalFile.write(DnfReport.plugin, to: "\(folder)/plugins/kiwi_report.py")
        }
    }

    func configure(_ configuration: DnfConfiguration) throws {
        try LocalFile.write(configuration.text, to: calls.configuration)
    }

    // MARK: Settings for a dnf inside the tree

    /// What it sees at ``DnfConfiguration/settingsInside``.
    var insideFolder: String { "\(folder)/inside" }

    func calls(inside program: DnfProgram) -> DnfCalls {
        DnfCalls(
            configuration: "\(DnfConfiguration.settingsInside)/dnf.conf",
            releaseVersion: calls.releaseVersion, program: program)
    }

    /// Keeps keys and what the main configuration is made of, which depends on the program that the tree turns out to have.
    private func keepInside(_ configuration: DnfConfiguration, _ keys: RpmKeys) throws {
        try makeFoldersInside()
        try LocalFile.write(
            String(decoding: try CanonicalJSON.encode(configuration), as: UTF8.self), to: configurationFile)
        for (index, key) in keys.files.enumerated() {
            try LocalFile.copyData(key, to: "\(insideFolder)/keys/\(index).key")
        }
    }

    private var configurationFile: String { "\(folder)/configuration.json" }

    private func makeFoldersInside() throws {
        for name in ["repos", "vars", "plugins", "pluginconf", "modules", "keys", "home"] {
            try FileSystem.makeFolder("\(insideFolder)/\(name)")
        }
    }

    func configureInside(_ program: DnfProgram) throws {
        try makeFoldersInside()
        var configuration = DnfConfiguration(state: folder, architecture: .host)
        if FileSystem.exists(configurationFile) {
            configuration = try JSONDecoder().decode(
                DnfConfiguration.self, from: Data(FileSystem.readBytes(configurationFile)))
        }
        configuration.state = DnfConfiguration.settingsInside
        configuration.program = program
        try LocalFile.write(configuration.text, to: "\(insideFolder)/dnf.conf")
    }

    // MARK: What was asked, for the steps that install

    func keep(_ words: RpmWords, keys: RpmKeys, local: [String: String]) throws {
        let kept = Kept(words: words, keys: keys.files, local: local)
        try LocalFile.write(String(decoding: try CanonicalJSON.encode(kept), as: UTF8.self), to: requestFile)
    }

    struct Kept: Codable {
        var words: RpmWords
        var keys: [String]
        /// Folders of local repositories by their names.
        var local: [String: String]
    }

    func kept() throws -> Kept {
        try JSONDecoder().decode(Kept.self, from: Data(FileSystem.readBytes(requestFile)))
    }

    // MARK: Calls

    func call(
        _ arguments: [String], home: RpmHome, environment: [String: String] = [:],
        output: ToolCall.Output = .log, prefix: String = "dnf: "
    ) -> ToolCall {
        ToolCall(
            calls.program.rawValue, arguments,
            environment: self.environment(home).merging(environment) { _, new in new }, output: output,
            logPrefix: prefix)
    }

    func environment(_ home: RpmHome) -> [String: String] {
        var all = home.environment(in: workspace)
        all["PYTHONDONTWRITEBYTECODE"] = "1"
        // Tables are cut to the width of the terminal.
        all["COLUMNS"] = "10000"
        return all
    }

    /// Packages that the tools have fetched into the cache folders, by file name.
    func packageFiles() -> [String: String] {
        var files: [String: String] = [:]
        for name in LocalFile.list("\(cache)/cache") {
            let folder = "\(cache)/cache/\(name)/packages"
            for file in LocalFile.list(folder) where file.hasSuffix(".rpm") {
                files[file] = "\(folder)/\(file)"
            }
        }
        return files
    }

    /// The folders of the repositories' caches.
    var repositoryFolders: [String] {
        LocalFile.list("\(cache)/cache").map { "\(cache)/cache/\($0)" }
            .filter { FileSystem.isRealFolder("\($0)/repodata") }
    }
}
