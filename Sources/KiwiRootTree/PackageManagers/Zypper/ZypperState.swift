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
        let configuration = ZypperConfiguration(
            state: state.folder, architecture: request.architecture,
            checksSignatures: request.checksSignatures)
        try state.configure(configuration)
        try state.keepInside(configuration, keys)
        let keysInside = keys.files.indices.map { "\(ZypperConfiguration.inside)/keys/\($0).key" }
        for (entry, repository) in zip(repositories, request.repositories) {
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
            try LocalFile.write(
                ZypperConfiguration.repository(entry.inside, keys: keysInside, inImage: false),
                to: "\(state.insideFolder)/repos/\(entry.id).repo")
            for folder in [state.folder, state.insideFolder] {
                try await RepositoryScript(of: repository, in: workspace)?.edit(
                    "\(folder)/repos/\(entry.id).repo")
            }
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

    // MARK: Settings for a zypper inside the tree

    /// What it sees at ``ZypperConfiguration/inside``.
    var insideFolder: String { "\(folder)/inside" }

    var callsInside: ZypperCalls {
        var inside = calls
        inside.state = ZypperConfiguration.inside
        return inside
    }

    private func keepInside(_ configuration: ZypperConfiguration, _ keys: RpmKeys) throws {
        try configureInside(configuration)
        for (index, key) in keys.files.enumerated() {
            try LocalFile.copyData(key, to: "\(insideFolder)/keys/\(index).key")
        }
    }

    private func configureInside(_ configuration: ZypperConfiguration) throws {
        for name in [
            "repos", "credentials", "keys", "etc", "home", "cache/packages", "cache/raw", "cache/solv",
        ] {
            try FileSystem.makeFolder("\(insideFolder)/\(name)")
        }
        var configuration = configuration
        configuration.state = ZypperConfiguration.inside
        try LocalFile.write(configuration.text, to: "\(insideFolder)/zypp.conf")
        try LocalFile.write("[main]\n", to: "\(insideFolder)/zypper.conf")
    }

    /// Shows the tree's zypper what is known of the repositories: the tree's may write indexes in another form.
    func prepareInside() throws {
        guard FileSystem.exists("\(insideFolder)/zypp.conf") else {
            return try configureInside(ZypperConfiguration(state: folder, architecture: .host))
        }
        let solv = "\(folder)/cache/solv"
        for name in LocalFile.list(solv) where name != "@System" {
            try FileSystem.makeFolder("\(insideFolder)/cache/solv/\(name)")
            for file in LocalFile.list("\(solv)/\(name)") {
                try LocalFile.copyData(
                    "\(solv)/\(name)/\(file)", to: "\(insideFolder)/cache/solv/\(name)/\(file)")
            }
        }
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
        /// Folders of local repositories by their names.
        var local: [String: String]

        var calls: ZypperCalls {
            ZypperCalls(state: folder, acceptsKeys: acceptsKeys, releaseVersion: releaseVersion)
        }
    }

    func keep(
        _ words: RpmWords, keys: RpmKeys, places: [String: ZypperPlace], local: [String: String]
    ) throws {
        let kept = Kept(
            words: words, places: places, keys: keys.files, acceptsKeys: calls.acceptsKeys,
            releaseVersion: calls.releaseVersion,
            folder: folder, local: local)
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
        ToolCall(
            ZypperCalls.tool, arguments, environment: environment(home, folder), output: output,
            successCodes: ZypperCalls.successCodes, logPrefix: prefix)
    }

    /// - Parameter folder: where the settings are seen.
    func environment(_ home: RpmHome, _ folder: String) -> [String: String] {
        var environment = home.environment(in: workspace)
        environment["ZYPP_CONF"] = "\(folder)/zypp.conf"
        // Steps that fetch side by side share a root: one waits for the other. Seconds.
        environment["ZYPP_LOCK_TIMEOUT"] = "3600"
        return environment
    }

    /// The text of one of libzypp's files without the line that says when it was written.
    static func withoutDate(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !($0.hasPrefix("# ") && $0.contains(" generated ")) }.joined(separator: "\n")
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
