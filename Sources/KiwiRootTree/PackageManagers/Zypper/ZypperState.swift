import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#endif

/// The private zypper of one build: its folders, configuration and repositories.
struct ZypperState: Sendable {
    let folder: String
    let workspace: Workspace
    var calls: ZypperCalls

    init(in workspace: Workspace) {
        folder = Self.folder(in: workspace)
        self.workspace = workspace
        calls = (try? Self.kept(folder))?.calls ?? ZypperCalls(state: folder, acceptsKeys: false)
    }

    static func folder(in workspace: Workspace) -> String { "\(workspace.folders.bulk)/zypper" }

    var emptyRoot: String { "\(folder)/empty" }
    var rawCache: String { "\(folder)/cache/raw" }
    var packageCache: String { "\(folder)/cache/packages" }
    var home: RpmHome { RpmHome(folder: "\(folder)/home") }

    /// Writes configuration, keys and repositories of a request.
    static func make(
        for request: PackageRequest, repositories: [RpmRepository], in workspace: Workspace
    ) async throws -> (ZypperState, RpmKeys) {
        var state = ZypperState(in: workspace)
        state.calls = ZypperCalls(
            state: state.folder, acceptsKeys: request.trustedKeys.isEmpty,
            releaseVersion: request.releaseVersion)
        try state.makeFolders()
        let keys = try await RpmKeys.provide(request.trustedKeys, in: "\(state.folder)/keys", workspace)
        try state.configure(
            ZypperConfiguration(
                state: state.folder, architecture: request.architecture,
                checksSignatures: request.checksSignatures))
        for entry in repositories {
            if let login = entry.login {
                workspace.log.hide(login.password)
                try LocalFile.write(
                    ZypperConfiguration.credentials(login), to: "\(state.folder)/credentials/\(entry.id)",
                    mode: 0o600
                )
            }
            try LocalFile.write(
                ZypperConfiguration.repository(entry, keys: keys.files, inImage: false),
                to: "\(state.folder)/repos/\(entry.id).repo")
        }
        return (state, keys)
    }

    func makeFolders() throws {
        for name in [
            "repos", "credentials", "keys", "etc", "cache/packages", "cache/raw", "cache/solv", "empty",
        ] {
            try FileSystem.makeFolder("\(folder)/\(name)")
        }
    }

    func configure(_ configuration: ZypperConfiguration) throws {
        try LocalFile.write(configuration.text, to: "\(folder)/zypp.conf")
        try LocalFile.write("[main]\n", to: "\(folder)/zypper.conf")
    }

    // MARK: What was asked, for the steps that install

    struct Kept: Codable {
        var words: RpmWords
        /// Where package files are, by checksum.
        var places: [String: ZypperPlace]
        var keys: [String]
        var acceptsKeys: Bool
        var releaseVersion: String?
        var folder: String

        var calls: ZypperCalls {
            ZypperCalls(state: folder, acceptsKeys: acceptsKeys, releaseVersion: releaseVersion)
        }
    }

    func keep(_ words: RpmWords, keys: RpmKeys, places: [String: ZypperPlace]) throws {
        let kept = Kept(
            words: words, places: places, keys: keys.files, acceptsKeys: calls.acceptsKeys,
            releaseVersion: calls.releaseVersion,
            folder: folder)
        try LocalFile.write(
            String(decoding: try CanonicalJSON.encode(kept), as: UTF8.self), to: "\(folder)/request.json")
    }

    static func kept(_ folder: String) throws -> Kept {
        try JSONDecoder().decode(Kept.self, from: Data(FileSystem.readBytes("\(folder)/request.json")))
    }

    // MARK: Calls

    func call(
        _ arguments: [String], home: RpmHome, output: ToolCall.Output = .log, prefix: String = "zypper: "
    ) -> ToolCall {
        var environment = home.environment(in: workspace)
        environment["ZYPP_CONF"] = "\(folder)/zypp.conf"
        // Steps that fetch side by side share a root: one waits for the other. Seconds.
        environment["ZYPP_LOCK_TIMEOUT"] = "3600"
        return ToolCall(
            ZypperCalls.tool, arguments, environment: environment, output: output,
            successCodes: ZypperCalls.successCodes, logPrefix: prefix)
    }

    /// Removes what zypper leaves in a tree below the build's own folder names: it keeps the index of
    /// installed packages at the path of its cache inside the tree.
    func cleanTraces(in tree: String) {
        LocalFile.remove("\(tree)\(folder)/cache")
        var inside = folder
        let standard: Set = [
            "/home", "/var", "/var/tmp", "/tmp", "/root", "/srv", "/mnt", "/opt", "/usr", "/media",
        ]
        while inside != "/", !inside.isEmpty, !standard.contains(inside) {
            if rmdir("\(tree)\(inside)") != 0 && errno != ENOENT { return }
            inside = FileSystem.parent(of: inside)
        }
    }
}
