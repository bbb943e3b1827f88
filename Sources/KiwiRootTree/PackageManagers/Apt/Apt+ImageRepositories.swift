import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Apt {
    public func writeImageRepositories(_ setup: ImageRepositories, into tree: RootTree) async throws {
        guard !setup.repositories.isEmpty else { return }
        var request = PackageRequest(repositories: setup.repositories, architecture: setup.architecture)
        request.obsDownloadURL = setup.obsDownloadURL
        // The image gets what the description says: paths of this machine need not exist in it.
        let sources = try AptSources(for: request, host: HostAptConfiguration.read(), exists: { _ in true })
        let lists = try tree.resolve("/etc/apt/sources.list.d")
        let keyrings = try tree.resolve("/usr/share/keyrings")
        try FileSystem.makeFolder(lists)
        try FileSystem.makeFolder(keyrings)
        for entry in sources.entries {
            let name = RepositoryAlias.fileName(entry.alias)
            var keys: [String] = []
            for (index, key) in entry.keys.enumerated() {
                if let path = try await install(key, index, of: entry, named: name, into: keyrings, tree) {
                    keys.append(path)
                }
            }
            let text = sources.stanza(entry) { _, index in index < keys.count ? keys[index] : nil }
            let script = RepositoryScript(of: setup.repositories[entry.repository], in: tree.workspace)
            try LocalFile.write(text, to: "\(lists)/\(name).sources")
            try await script?.edit("\(lists)/\(name).sources")
            if let priority = entry.priority {
                let folder = try tree.resolve("/etc/apt/preferences.d")
                try FileSystem.makeFolder(folder)
                try LocalFile.write(
                    AptSources.preference(addresses: entry.addresses, priority: priority),
                    to: "\(folder)/\(name).pref")
                try await script?.edit("\(folder)/\(name).pref")
            }
            if let login = entry.login {
                let folder = try tree.resolve("/etc/apt/auth.conf.d")
                try FileSystem.makeFolder(folder)
                let text = entry.addresses.map { AptSources.authentication(address: $0, login) }.joined()
                try LocalFile.write(text, to: "\(folder)/\(name).conf", mode: 0o600)
            }
        }
    }

    /// - Returns: the path inside the image for `Signed-By`.
    private func install(
        _ key: AptSources.Key, _ index: Int, of entry: AptSources.Entry, named name: String,
        into folder: String,
        _ tree: RootTree
    ) async throws -> String? {
        let stem = "\(name)-archive-keyring" + (index == 0 ? "" : "-\(index)")
        func take(_ path: String) throws -> String {
            let file = "\(stem).\(try AptKey.ending(ofFile: path))"
            try LocalFile.copyData(path, to: "\(folder)/\(file)")
            return "/usr/share/keyrings/\(file)"
        }
        switch key {
        case .fingerprint: return nil
        case .keyring(let path):
            // The distribution's own keyring is a file of one of its packages.
            return FileSystem.exists(try tree.resolve(path)) ? path : try take(path)
        case .file(let path, let position):
            guard FileSystem.exists(path) else {
                throw Failure(
                    .descriptionWrong,
                    Diagnostic(
                        "missing-signing-key", at: position ?? entry.position,
                        "signing key '\(path)' does not exist",
                        remedy: "correct the path of <signing key=\"…\"/>"))
            }
            return try take(path)
        case .text(let text):
            try LocalFile.write(text, to: "\(folder)/\(stem).asc")
            return "/usr/share/keyrings/\(stem).asc"
        case .address(let address, _, let position):
            let state = AptState(
                folder: AptState.folder(in: tree.workspace), sources: AptSources(), workspace: tree.workspace)
            let raw = "\(tree.workspace.folders.scratch)/\(stem).download"
            try await AptKey.download(address, to: raw, for: entry, position, state: state)
            defer { LocalFile.remove(raw) }
            return try take(raw)
        }
    }

    public func cleanUp(_ tree: RootTree) async throws {
        for trace in DpkgSkeleton.traces { LocalFile.remove(try tree.resolve(trace)) }
        for folder in ["/var/lib/apt/lists", "/var/cache/apt/archives"] {
            let path = try tree.resolve(folder)
            for name in LocalFile.list(path) where name != "partial" { LocalFile.remove("\(path)/\(name)") }
            for name in LocalFile.list("\(path)/partial") { LocalFile.remove("\(path)/partial/\(name)") }
        }
        for file in ["/var/cache/apt/pkgcache.bin", "/var/cache/apt/srcpkgcache.bin"] {
            LocalFile.remove(try tree.resolve(file))
        }
    }
}
