import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// A repository of rpm packages in the terms that dnf and zypper share: a pure function of the request.
struct RpmRepository: Sendable, Hashable {
    var position: Position?
    /// The name between the brackets of a repository file, only signs that both tools take.
    var id: String
    var alias: String
    /// As the description says it, without credentials.
    var source: String
    /// `baseurl`, `metalink` or `mirrorlist`.
    var addressKind: String
    /// Without credentials.
    var address: String
    var login: RepositoryAddress.Login?
    /// Smaller wins.
    var priority: Int?
    /// zypp's name of an index that is not found out by itself: `plaindir` for a folder of packages.
    var indexType: String?
    /// Whether the signature of the repository's index is verified.
    var checksRepository: Bool
    /// Whether the signatures of its packages are verified.
    var checksPackages: Bool

    var isLocal: Bool { address.hasPrefix("file:") }

    /// The repositories of a request.
    /// - Parameters:
    ///   - types: values of `repository@type` that the tool reads.
    ///   - exists: whether a local path exists; tests replace it.
    /// - Throws: `Failure` with one diagnostic per repository that cannot be used.
    static func all(
        for request: PackageRequest, types: Set<String>, exists: (String) -> Bool = FileSystem.exists
    ) throws(Failure) -> [RpmRepository] {
        var found: [RpmRepository] = []
        var problems: [Diagnostic] = []
        for repository in request.repositories {
            switch one(repository, request, types, exists) {
            case .success(let entry): found.append(entry)
            case .failure(let problem): problems.append(problem)
            }
        }
        if found.isEmpty, problems.isEmpty {
            problems.append(
                Diagnostic(
                    "no-repository", at: request.manager.position, "no repository is configured",
                    remedy: "add <repository type=\"rpm-md\"><source path=\"…\"/></repository>"))
        }
        if !problems.isEmpty { throw Failure(.descriptionWrong, problems) }
        return found
    }

    private static func one(
        _ repository: Repository, _ request: PackageRequest, _ types: Set<String>, _ exists: (String) -> Bool
    ) -> Result<RpmRepository, Diagnostic> {
        let place = repository.source.position ?? repository.position
        if let type = repository.type, !types.contains(type) {
            return .failure(
                Diagnostic(
                    "unsupported-repository-type", at: repository.position ?? place,
                    "\(request.manager.value) cannot read a repository of type '\(type)'",
                    remedy: "write type=\"rpm-md\" for a repository with a repodata folder"))
        }
        let source = MirrorRule.rewrite(repository.source.value, by: request.mirrors)
        let masked = RepositoryAddress.masked(repository.source.value)
        var entry = RpmRepository(
            position: place, id: RepositoryAlias.fileName(repository.stableAlias),
            alias: repository.stableAlias, source: masked, addressKind: repository.sourceType ?? "baseurl",
            address: "", login: nil, priority: repository.priority,
            indexType: repository.type == "rpm-dir" ? "plaindir" : nil,
            checksRepository: repository.repositoryGPGCheck ?? false,
            checksPackages: repository.packageGPGCheck ?? false)
        if repository.username != nil || repository.password != nil {
            entry.login = .init(user: repository.username ?? "", password: repository.password ?? "")
        }
        switch RepositoryAddress(source, obsDownloadURL: request.obsDownloadURL) {
        case .remote(let address, let login)?:
            entry.address = address
            entry.login = entry.login ?? login
        case .local(let path)?:
            guard exists(path) else {
                return .failure(
                    Diagnostic(
                        "missing-repository", at: place,
                        "the folder '\(path)' of a repository does not exist",
                        remedy: "correct its path, or replace it for one build with --mirror FROM=TO"))
            }
            entry.address = "file://\(path)"
        case .buildHost?:
            return .failure(
                Diagnostic(
                    "no-build-host-repository", at: place,
                    "this machine has no repository of rpm packages that 'buildhost:' could mean",
                    remedy: "give an address for this build: --mirror buildhost:=URL"))
        case nil:
            return .failure(
                Diagnostic(
                    "unknown-repository-address", at: place, "nobody knows the address '\(masked)'",
                    remedy: "write https:, file:, dir:, this: or obs:"))
        }
        return .success(entry)
    }
}

extension RpmRepository {
    /// For the manifest.
    var used: UsedRepository {
        UsedRepository(
            alias: alias, source: source, addresses: [address], distribution: nil, components: [],
            verified: checksRepository || checksPackages)
    }

    /// Names that may stand on the command line of dnf and zypper: never an option.
    static func problems(in request: PackageRequest) -> [Diagnostic] {
        let all = [request.bootstrap, request.system].flatMap {
            $0.packages + $0.ignore + $0.collections + $0.products
        }
        return all.filter { !isValidName($0.value) }.map { place in
            Diagnostic(
                "bad-package-name", at: place.position, "'\(place.value)' is not the name of a package",
                remedy: "write letters, digits and + - . _ : ( ), or the path of a package file")
        }
    }

    static func isValidName(_ name: String) -> Bool {
        guard let first = name.first, first.isASCII, first.isLetter || first.isNumber || "/(_".contains(first)
        else { return false }
        return name.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "+-._:/=~^()<> *@".contains($0))
        }
    }
}
