import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// The repositories that a worker of the Open Build Service finds beside the sources: one folder for each project
/// and repository, `PROJECT/REPOSITORY`. In the name of a project `:` may have become `:/`. They are not signed, and
/// there is no network.
///
/// For a description with `obsrepositories:/` a worker calls the program with `--ignore-repos-used-for-build` and one
/// `--add-repo dir:///./repos/PROJECT/REPOSITORY,rpm-md,,PRIORITY` for each of them, whatever the package manager is.
struct BuildServiceRepositories: Sendable {
    /// Where they are, likeliest first.
    static let places = ["/usr/src/packages/SOURCES/repos", "/repos"]

    struct Found: Sendable, Hashable {
        var project: String
        var repository: String
        var path: String
        var name: String { "\(project)/\(repository)" }
    }

    /// All of them, sorted by name.
    let all: [Found]

    /// - Parameter root: a folder to look into instead of `/`.
    init(below root: String = "") {
        var found: [String: Found] = [:]
        for place in Self.places { Self.collect("\(root)\(place)", project: "", &found) }
        all = found.values.sorted { $0.name < $1.name }
    }

    private static func collect(_ folder: String, project: String, _ found: inout [String: Found]) {
        for name in LocalFile.list(folder).sorted() where FileSystem.isFolder("\(folder)/\(name)") {
            if name.hasSuffix(":") {
                collect("\(folder)/\(name)", project: project + name, &found)
                continue
            }
            for repository in LocalFile.list("\(folder)/\(name)").sorted() {
                let one = Found(
                    project: project + name, repository: repository, path: "\(folder)/\(name)/\(repository)")
                if FileSystem.isFolder(one.path), found[one.name] == nil { found[one.name] = one }
            }
        }
    }

    /// The name `PROJECT/REPOSITORY` of a folder below one of the places, as workers write it: absolute, or from the
    /// folder of the sources on; nil for other addresses.
    static func name(inFolder source: String) -> String? {
        guard let scheme = ["dir://", "file://"].first(where: source.hasPrefix) else { return nil }
        let parts = source.dropFirst(scheme.count).split(separator: "/").filter { $0 != "." }
        if parts.contains("..") { return nil }
        let path = "/" + parts.joined(separator: "/")
        guard let place = places.first(where: { path.hasPrefix("\($0)/") }) else { return nil }
        return String(path.dropFirst(place.count + 1)).replacing(":/", with: ":")
    }

    /// Replaces `obs:` and `obsrepositories:` by folders, and takes a repository of the worker that is given as a
    /// folder for what it is; all others stay.
    /// - Throws: `Failure` for what the worker does not have.
    func localized(_ repositories: [Repository], mirrors: [MirrorRule]) throws(Failure) -> [Repository] {
        var result: [Repository] = []
        var problems: [Diagnostic] = []
        for repository in repositories {
            let source = MirrorRule.rewrite(repository.source.value, by: mirrors)
            let isAll = source.hasPrefix("obsrepositories:")
            let isFolder = Self.name(inFolder: source)
            guard isAll || source.hasPrefix("obs:") || isFolder != nil else {
                result.append(repository)
                continue
            }
            let wanted =
                isFolder
                ?? String(source.dropFirst("obs:".count).drop { $0 == "/" }).replacing(":/", with: ":")
            let matching = isAll ? all : all.filter { $0.name == wanted }
            if matching.isEmpty {
                problems.append(
                    Diagnostic(
                        "missing-repository", at: repository.source.position ?? repository.position,
                        isAll
                            ? "the worker has no repositories in \(Self.places[0])"
                            : "the worker has no repository '\(wanted)' in \(Self.places[0])",
                        remedy: "add its project to the paths of the repository in the build service",
                        notes: all.isEmpty ? [] : ["there is: " + all.map(\.name).joined(separator: ", ")]))
            }
            for one in matching {
                var local = repository
                local.source.value = "dir://\(one.path)"
                local.alias = isAll ? one.name : repository.alias ?? one.name
                local.repositoryGPGCheck = repository.repositoryGPGCheck ?? false
                local.components =
                    repository.components.isEmpty ? Self.databases(in: one.path) : repository.components
                result.append(local)
            }
        }
        if !problems.isEmpty { throw Failure(.descriptionWrong, problems) }
        return result
    }

    /// Databases of pacman have names of their own.
    private static func databases(in folder: String) -> [String] {
        LocalFile.list(folder).filter { $0.hasSuffix(".db") }.sorted().map { String($0.dropLast(3)) }
    }
}
