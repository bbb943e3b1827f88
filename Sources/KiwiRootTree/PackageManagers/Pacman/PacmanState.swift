import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The private pacman of one build.
struct PacmanState: Sendable {
    let folder: String
    let workspace: Workspace

    init(in workspace: Workspace) {
        folder = "\(workspace.folders.bulk)/pacman"
        self.workspace = workspace
    }

    var calls: PacmanCalls { PacmanCalls(configuration: "\(folder)/pacman.conf") }
    var emptyRoot: String { "\(folder)/empty" }
    var cache: String { "\(folder)/cache" }
    var databases: String { "\(emptyRoot)\(PacmanCalls.database)/sync" }

    func makeFolders() throws {
        for name in ["cache", "hooks", "home", "keys"] { try FileSystem.makeFolder("\(folder)/\(name)") }
        try FileSystem.makeFolder("\(folder)/gpg", mode: 0o700)
        try FileSystem.makeFolder(databases)
    }

    /// Writes the configuration and a keyring with the declared keys alone.
    /// - Parameter scripts: what changes each of the repositories' files.
    func configure(
        _ configuration: PacmanConfiguration, keys: RpmKeys, scripts: [RepositoryScript?] = []
    ) async throws {
        for repository in configuration.repositories {
            if let login = repository.login {
                workspace.log.hide(login.password)
                workspace.log.hide(login.quoted)
            }
        }
        for (one, file) in [
            (configuration, calls.configuration), (configuration.forInside, "\(folder)/\(Self.fileInside)"),
        ] {
            var text = one.head
            for (index, repository) in one.repositories.enumerated() {
                let section = repository.sections(inImage: false).map { $0 + "\n" }.joined()
                let script = index < scripts.count ? scripts[index] : nil
                let name = "\(RepositoryAlias.fileName(repository.alias)).repo"
                text += try await script?.edited(section, name: name) ?? section
            }
            try LocalFile.write(text, to: file, mode: 0o600)
        }
        try LocalFile.write(
            String(decoding: try CanonicalJSON.encode(configuration.localFolders), as: UTF8.self),
            to: "\(folder)/local.json")
        // pacman looks for a keyring of this name.
        try LocalFile.write("", to: "\(folder)/gpg/pubring.gpg", mode: 0o600)
        for file in keys.files {
            try await workspace.runner.run(
                ToolCall(
                    "gpg",
                    ["--homedir", "\(folder)/gpg", "--batch", "--quiet", "--no-autostart", "--import", file],
                    environment: environment, logPrefix: "gpg: "))
        }
    }

    // MARK: Inside a tree

    private static let fileInside = "pacman-inside.conf"

    /// What is said to the tree's own pacman.
    var callsInside: PacmanCalls {
        PacmanCalls(configuration: "\(PacmanConfiguration.inside)/\(Self.fileInside)")
    }

    var environmentInside: [String: String] {
        environment.merging(["HOME": "\(PacmanConfiguration.inside)/home"]) { _, inside in inside }
    }

    /// The folder of the build and local repositories as the tree's own pacman sees them.
    func mountsInside() throws -> [BindMount] {
        let local = try JSONDecoder().decode(
            [String: String].self, from: Data(FileSystem.readBytes("\(folder)/local.json")))
        return [BindMount(folder, at: PacmanConfiguration.inside, readOnly: false)]
            + RepositoriesInside.mounts(local)
    }

    var environment: [String: String] {
        var all = workspace.settings.extraEnvironment
        all.merge(["HOME": "\(folder)/home", "LC_ALL": "C", "TERM": "dumb"]) { _, ours in ours }
        all["SOURCE_DATE_EPOCH"] = "\(workspace.settings.sourceDateEpoch ?? PackageScripts.neutralTime)"
        return all
    }

    func call(_ arguments: [String], output: ToolCall.Output = .log, prefix: String = "pacman: ") -> ToolCall
    {
        ToolCall(PacmanCalls.tool, arguments, environment: environment, output: output, logPrefix: prefix)
    }

    /// The words of both phases, for the steps that install.
    func keep(_ words: RpmWords) throws {
        try LocalFile.write(
            String(decoding: try CanonicalJSON.encode(words), as: UTF8.self), to: "\(folder)/request.json")
    }

    func kept() throws -> RpmWords {
        try JSONDecoder().decode(RpmWords.self, from: Data(FileSystem.readBytes("\(folder)/request.json")))
    }

    /// Everything that a database says.
    func entries(of database: String) async throws -> [PacmanEntry] {
        let path = "\(databases)/\(database).db"
        let start = try LocalFile.readBytes(path, limit: 4)
        let option =
            switch start.prefix(2) {
            case [0x1f, 0x8b]: ["--gzip"]
            case [0x28, 0xb5]: ["--zstd"]
            case [0xfd, 0x37]: ["--xz"]
            case [0x42, 0x5a]: ["--bzip2"]
            default: [String]()
            }
        let call = ToolCall(
            "tar", ["--extract"] + option + ["--to-stdout", "--file", path, "--wildcards", "*/desc"],
            output: .capture(limit: 1 << 30))
        return PacmanEntry.read(try await workspace.runner.run(call).output)
    }
}
