import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// The text of pacman's private configuration.
struct PacmanConfiguration: Sendable, Hashable {
    /// Folder of the build.
    var state: String
    var architecture: Architecture
    var checksSignatures = false
    var repositories: [PacmanRepository] = []

    var text: String {
        let level = checksSignatures ? "Required DatabaseRequired TrustAll" : "Never DatabaseNever"
        var lines = [
            "[options]", "Architecture = \(architecture == .host ? "auto" : architecture.rawValue)",
            "CacheDir = \(state)/cache", "GPGDir = \(state)/gpg", "LogFile = /dev/null",
            "HookDir = \(state)/hooks", "SigLevel = \(level)", "LocalFileSigLevel = \(level)",
        ]
        for repository in repositories { lines += repository.sections(inImage: false) }
        return lines.map { $0 + "\n" }.joined()
    }
}

/// A repository in pacman's terms.
struct PacmanRepository: Sendable, Hashable {
    var position: Position?
    var alias: String
    /// As the description says it, without credentials.
    var source: String
    var address: String
    var login: RepositoryAddress.Login?
    /// Names of databases below the address.
    var databases: [String]
    var checksPackages: Bool
    var checksRepository: Bool

    /// The declared keys are the only ones in the keyring: all of them are trusted.
    func sections(inImage: Bool) -> [String] {
        let level =
            "\(checksPackages ? "Required" : "Never") \(checksRepository ? "DatabaseRequired" : "DatabaseNever")"
        return databases.flatMap {
            ["[\($0)]", "Server = \(address)", "SigLevel = \(level)\(inImage ? "" : " TrustAll")"]
        }
    }

    var isLocal: Bool { address.hasPrefix("file:") }

    var used: UsedRepository {
        UsedRepository(
            alias: alias, source: source, addresses: [address], distribution: nil, components: databases,
            verified: checksRepository || checksPackages)
    }

    /// - Throws: `Failure` with one diagnostic per repository that cannot be used.
    static func all(
        for request: PackageRequest, exists: (String) -> Bool = FileSystem.exists
    ) throws(Failure) -> [PacmanRepository] {
        // What an address may be is the same as for rpm.
        try RpmRepository.all(for: request, types: ["rpm-md", "pacman"], exists: exists).enumerated().map {
            index, entry in
            let repository = request.repositories[index]
            return PacmanRepository(
                position: entry.position, alias: entry.alias, source: entry.source, address: entry.address,
                login: entry.login,
                databases: repository.components.isEmpty ? [entry.id] : repository.components,
                checksPackages: entry.checksPackages, checksRepository: entry.checksRepository)
        }
    }
}
