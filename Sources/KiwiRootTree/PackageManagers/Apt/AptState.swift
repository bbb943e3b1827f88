import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// The private apt of one build: its folder, configuration and sources.
struct AptState: Sendable {
    let folder: String
    let sources: AptSources
    let workspace: Workspace
    /// What scripts have made of the sources; empty without scripts.
    private(set) var customized = ""

    /// The folder of the running build.
    static func folder(in workspace: Workspace) -> String { "\(workspace.folders.bulk)/apt" }

    /// What makes a program use the private apt.
    static func environment(_ folder: String) -> [String: String] {
        ["APT_CONFIG": "\(folder)/apt.conf", "LC_ALL": "C"]
    }

    /// Writes configuration, keys and sources of a request; downloads keys.
    ///
    /// - Parameter installed: dpkg's list of what is there already.
    static func make(
        for request: PackageRequest, sources: AptSources, host: HostAptConfiguration,
        installed: String = "", in workspace: Workspace
    ) async throws -> AptState {
        var state = AptState(folder: folder(in: workspace), sources: sources, workspace: workspace)
        for name in ["lists/partial", "archives/partial", "cache", "empty.d", "keys"] {
            try FileSystem.makeFolder("\(state.folder)/\(name)")
        }
        let configuration = AptConfiguration(
            state: state.folder, architecture: request.architecture, proxies: host.proxies)
        try LocalFile.write(configuration.text, to: "\(state.folder)/apt.conf", mode: 0o600)
        try LocalFile.write(installed, to: "\(state.folder)/status")
        for login in sources.logins { workspace.log.hide(login.1.password) }
        try LocalFile.write(sources.authenticationText, to: "\(state.folder)/auth.conf", mode: 0o600)
        let keys = try await state.provideKeys()
        var texts: [String] = []
        var preferences: [String] = []
        for entry in sources.entries {
            let text = sources.stanza(entry) { entry, index in keys["\(entry.repository).\(index)"] }
            let preference = entry.priority.map {
                AptSources.preference(addresses: entry.addresses, priority: $0)
            }
            let script = RepositoryScript(of: request.repositories[entry.repository], in: workspace)
            let name = RepositoryAlias.fileName(entry.alias)
            texts.append(try await script?.edited(text, name: "\(name).sources") ?? text)
            if let preference {
                preferences.append(try await script?.edited(preference, name: "\(name).pref") ?? preference)
            }
            if script != nil { state.customized += texts[texts.count - 1] }
        }
        try LocalFile.write(texts.joined(separator: "\n"), to: "\(state.folder)/build.sources")
        try LocalFile.write(preferences.joined(separator: "\n"), to: "\(state.folder)/preferences")
        return state
    }

    func call(_ tool: String, _ arguments: [String], output: ToolCall.Output = .log) -> ToolCall {
        ToolCall(tool, arguments, environment: Self.environment(folder), output: output, logPrefix: "apt: ")
    }

    /// Brings the indexes up to date, starting from the kept ones.
    func update(clearCache: Bool) async throws -> AptReleases {
        let kept = AptListCache(
            cache: workspace.folders.cache,
            sources: customized.isEmpty
                ? sources.digest : Digest(ofParts: [sources.digest.hex, customized]))
        if clearCache { kept.clear() }
        let isKept = kept.restore(into: "\(folder)/lists")
        let remote = sources.entries.first { $0.addresses.contains { !$0.hasPrefix("file:") } }
        if workspace.settings.offline, let remote {
            guard isKept else { throw MissingPackages.noIndex(remote.alias, at: remote.position) }
            return try AptReleases(lists: "\(folder)/lists")
        }
        do {
            // The cache of all packages is only needed when there is something to solve.
            try await workspace.runner.run(
                call("apt-get", ["-q", "-o", "pkgCacheFile::Generate=false", "update"]))
        } catch let failure as ToolFailure {
            throw AptUpdateFailure(failure, sources: sources).failure
        }
        let releases = try AptReleases(lists: "\(folder)/lists")
        kept.publish("\(folder)/lists", as: String(releases.digest.hex.prefix(32)))
        return releases
    }

    // MARK: Keys

    /// Puts each key where apt can read it. The result is keyed `REPOSITORY.INDEX`.
    private func provideKeys() async throws -> [String: String] {
        var places: [String: String] = [:]
        for entry in sources.entries {
            for (index, key) in entry.keys.enumerated() {
                places["\(entry.repository).\(index)"] = try await place(
                    of: key, name: "\(entry.repository)-\(index)", entry)
            }
        }
        return places
    }

    private func place(of key: AptSources.Key, name: String, _ entry: AptSources.Entry) async throws -> String
    {
        switch key {
        case .keyring(let path): return path
        case .fingerprint(let text): return text
        case .text(let text):
            let path = "\(folder)/keys/\(name).asc"
            try LocalFile.write(text, to: path)
            return path
        case .file(let source, _):
            let path = "\(folder)/keys/\(name).\(try AptKey.ending(ofFile: source))"
            try LocalFile.copyData(source, to: path)
            return path
        case .address(let address, _, let position):
            let raw = "\(folder)/keys/\(name).download"
            try await AptKey.download(address, to: raw, for: entry, position, state: self)
            let path = "\(folder)/keys/\(name).\(try AptKey.ending(ofFile: raw))"
            try FileSystem.rename(raw, to: path)
            return path
        }
    }
}
