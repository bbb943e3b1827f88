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
    func configure(_ configuration: PacmanConfiguration, keys: RpmKeys) async throws {
        for repository in configuration.repositories {
            if let login = repository.login { workspace.log.hide(login.password) }
        }
        try LocalFile.write(configuration.text, to: calls.configuration, mode: 0o600)
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
