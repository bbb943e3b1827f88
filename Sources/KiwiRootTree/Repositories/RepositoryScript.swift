import KiwiDescription
import KiwiToolbox

/// The `customize` script of a repository: it may change each file in which a package manager is told of the
/// repository. As in KIWI it runs on the build machine, by `bash --norc SCRIPT FILE`.
struct RepositoryScript: Sendable {
    /// Absolute path, and the attribute that names it.
    let script: Located<String>
    let workspace: Workspace

    /// - Returns: nil when the repository has no script.
    init?(of repository: Repository?, in workspace: Workspace) {
        guard let script = repository?.customize else { return nil }
        (self.script, self.workspace) = (script, workspace)
    }

    /// Changes a file in its place.
    func edit(_ file: String) async throws {
        try await BuildSideScript(script, environment: [:]).run(
            in: FileSystem.parent(of: file), [file], workspace)
    }

    /// A text as the script leaves it.
    /// - Parameter name: the name of the file that the script sees.
    func edited(_ text: String, name: String) async throws -> String {
        let folder = try ScratchFolder(in: workspace.folders.scratch)
        defer { folder.remove() }
        let file = "\(folder.path)/\(name)"
        try LocalFile.write(text, to: file, mode: 0o600)
        try await edit(file)
        return try FileSystem.readText(file)
    }
}

extension Repository {
    /// The same with the path of its script below the description's folder.
    func withScript(in folder: String) -> Repository {
        guard let script = customize, !script.value.hasPrefix("/") else { return self }
        var copy = self
        copy.customize = Located("\(folder)/\(script.value)", at: script.position)
        return copy
    }
}

extension Sequence where Element == Repository {
    /// What the scripts of repositories contain, for keys of what they change.
    var scriptDigests: [String] {
        get throws { try compactMap(\.customize).map { try Digest(ofFile: $0.value).hex } }
    }
}
