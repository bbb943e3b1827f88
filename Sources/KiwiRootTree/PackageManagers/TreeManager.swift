import KiwiDiagnostics
import KiwiToolbox

/// The package manager that a bootstrapped tree has of its own. KIWI installs and removes everything after the
/// bootstrap phase with it; a tree without one is left to the program of the machine and its option for the root.
struct TreeManager: Sendable, Hashable {
    /// The absolute path of the program inside the tree.
    let path: String

    var name: String { FileSystem.name(of: path) }

    /// Where distributions have it.
    private static let folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"]

    /// Looks for the first of some programs.
    /// - Parameter names: the names of programs, preferred ones first.
    static func find(_ names: [String], in tree: RootTree) throws -> TreeManager? {
        for name in names {
            for folder in folders
            where FileSystem.isExecutable(try tree.resolve("\(folder)/\(name)", followLast: true)) {
                return TreeManager(path: "\(folder)/\(name)")
            }
        }
        return nil
    }

    /// Whether it starts here: a tree may lack what it needs, or be for another machine.
    /// - Parameter arguments: ask for its version and change nothing.
    func starts(_ arguments: [String], environment: [String: String], in tree: RootTree) async throws -> Bool
    {
        do {
            try await tree.run(
                ToolCall(
                    path, arguments, environment: environment, output: .capture(), logPrefix: "\(name): "))
            return true
        } catch let failure as ToolFailure {
            tree.workspace.log.info(
                "the tree's own \(name) does not start (\(failure.lastLines.last ?? "\(failure.exitCode)")): "
                    + "that of this machine goes on")
            return false
        }
    }

    /// Says once for a tree who installs.
    static func tell(_ manager: TreeManager?, title: String, _ log: BuildLog) {
        log.info(
            manager.map { "the tree's own \(title) (\($0.path)) installs the packages" }
                ?? "the tree has no \(title) of its own: that of this machine installs the packages")
    }
}

/// Local repositories as the programs of a tree see them.
enum RepositoriesInside {
    /// Below /run, which is never part of an image.
    static let folder = "/run/kiwi-repositories"

    /// The folder of one repository.
    static func path(_ id: String) -> String { "\(folder)/\(id)" }

    /// - Parameter local: folders of the machine by the names of repositories.
    static func mounts(_ local: [String: String]) -> [BindMount] {
        local.sorted { $0.key < $1.key }.map { BindMount($0.value, at: path($0.key)) }
    }
}

extension RpmRepository {
    /// The folder of the machine; nil for a remote one.
    var localFolder: String? { isLocal ? String(address.dropFirst("file://".count)) : nil }

    /// The same repository for a program inside the tree. Everything that it needs of a remote one was fetched
    /// before: no login is shown to the tree.
    var inside: RpmRepository {
        var copy = self
        if isLocal { copy.address = "file://\(RepositoriesInside.path(id))" }
        copy.login = nil
        return copy
    }

    /// The local ones of several, by name.
    static func localFolders(_ all: [RpmRepository]) -> [String: String] {
        var found: [String: String] = [:]
        for entry in all { found[entry.id] = entry.localFolder }
        return found
    }
}
