import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Writes the repositories that stay in an image, with their keys and without credentials.
struct RpmImageRepositories: Sendable {
    let setup: ImageRepositories
    let tree: RootTree
    let types: Set<String>
    let manager: String

    static let keyFolder = "/etc/pki/rpm-gpg"

    /// - Parameter text: the file of one repository with the paths of its keys inside the image.
    func write(to folder: String, _ text: (RpmRepository, [String]) -> String) async throws {
        guard !setup.repositories.isEmpty else { return }
        var request = PackageRequest(
            repositories: setup.repositories, architecture: setup.architecture, manager: manager)
        request.obsDownloadURL = setup.obsDownloadURL
        // The image gets what the description says: paths of this machine need not exist in it.
        let entries = try RpmRepository.all(for: request, types: types, exists: { _ in true })
        let place = try tree.resolve(folder)
        try FileSystem.makeFolder(place)
        let work = "\(tree.workspace.folders.scratch)/image-keys"
        defer { LocalFile.remove(work) }
        for (entry, repository) in zip(entries, setup.repositories) {
            let keys = try await RpmKeys.provide(repository.signingKeys, in: work, tree.workspace)
            var names: [String] = []
            for (index, key) in keys.files.enumerated() {
                let name = "\(Self.keyFolder)/RPM-GPG-KEY-\(entry.id)" + (index == 0 ? "" : "-\(index)")
                let path = try tree.resolve(name)
                try FileSystem.makeFolder(FileSystem.parent(of: path))
                try LocalFile.copyData(key, to: path)
                names.append(name)
            }
            try LocalFile.write(text(entry, names), to: "\(place)/\(entry.id).repo")
            try await RepositoryScript(of: repository, in: tree.workspace)?.edit("\(place)/\(entry.id).repo")
            if entry.login != nil {
                tree.workspace.log.warning(
                    "the image has repository '\(entry.alias)' without its user name and password")
            }
        }
    }
}
