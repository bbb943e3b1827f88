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
        try state.configure(
            DnfConfiguration(
                state: state.folder, architecture: request.architecture,
                checksSignatures: request.checksSignatures, program: state.calls.program))
        for entry in repositories {
            if let login = entry.login { workspace.log.hide(login.password) }
            try LocalFile.write(
                DnfConfiguration.repository(entry, keys: keys.files, inImage: false),
                to: "\(state.folder)/repos/\(entry.id).repo", mode: 0o600)
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

    // MARK: What was asked, for the steps that install

    func keep(_ words: RpmWords, keys: RpmKeys) throws {
        let kept = Kept(words: words, keys: keys.files)
        try LocalFile.write(String(decoding: try CanonicalJSON.encode(kept), as: UTF8.self), to: requestFile)
    }

    struct Kept: Codable {
        var words: RpmWords
        var keys: [String]
    }

    func kept() throws -> Kept {
        try JSONDecoder().decode(Kept.self, from: Data(FileSystem.readBytes(requestFile)))
    }

    // MARK: Calls

    func call(
        _ arguments: [String], home: RpmHome, environment: [String: String] = [:],
        output: ToolCall.Output = .log, prefix: String = "dnf: "
    ) -> ToolCall {
        var all = home.environment(in: workspace)
        all["PYTHONDONTWRITEBYTECODE"] = "1"
        // Tables are cut to the width of the terminal.
        all["COLUMNS"] = "10000"
        all.merge(environment) { _, new in new }
        return ToolCall(
            calls.program.rawValue, arguments, environment: all, output: output, logPrefix: prefix)
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
