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

    /// Where a pacman inside the tree sees the folder of the build.
    static let inside = "/run/kiwi-pacman"

    /// The same for a pacman inside the tree, which needs no login: everything was fetched before.
    var forInside: PacmanConfiguration {
        var copy = self
        copy.state = Self.inside
        for index in copy.repositories.indices {
            copy.repositories[index].login = nil
            if !repositories[index].isLocal { continue }
            copy.repositories[index].address = "file://\(RepositoriesInside.path("\(index)"))"
        }
        return copy
    }

    /// Folders of local repositories by their names in ``forInside``.
    var localFolders: [String: String] {
        var found: [String: String] = [:]
        for (index, entry) in repositories.enumerated() where entry.isLocal {
            found["\(index)"] = String(entry.address.dropFirst("file://".count))
        }
        return found
    }

    /// Everything but the repositories.
    var head: String {
        let level = checksSignatures ? "Required DatabaseRequired TrustAll" : "Never DatabaseNever"
        let lines = [
            "[options]", "Architecture = \(architecture == .host ? "auto" : architecture.rawValue)",
            "CacheDir = \(state)/cache", "GPGDir = \(state)/gpg", "LogFile = /dev/null",
            "HookDir = \(state)/hooks", "SigLevel = \(level)", "LocalFileSigLevel = \(level)",
        ]
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
        var server = address
        if !inImage, let login, let start = server.range(of: "://")?.upperBound {
            server.insert(contentsOf: login.quoted + "@", at: start)
        }
        return databases.flatMap {
            ["[\($0)]", "Server = \(server)", "SigLevel = \(level)\(inImage ? "" : " TrustAll")"]
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
