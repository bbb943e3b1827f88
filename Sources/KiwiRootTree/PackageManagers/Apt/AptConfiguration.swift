import KiwiDescription

/// The text of a private apt configuration: named by APT_CONFIG it is read before everything
/// else and switches all of the machine's own configuration off.
struct AptConfiguration: Sendable, Hashable {
    /// Private folder of this build: lists, caches, keys, sources.
    var state: String
    var architecture: Architecture
    var proxies: [String: String] = [:]

    var text: String {
        let native = architecture.debianName
        var lines = [
            setting("APT::Architecture", native),
            "APT::Architectures { \"\(native)\"; };",
            setting("APT::Sandbox::User", "root"),
            setting("APT::Install-Suggests", "false"),
            setting("APT::Get::AllowUnauthenticated", "false"),
            setting("APT::Update::Error-Mode", "any"),
            setting("APT::Get::Show-User-Simulation-Note", "false"),
            setting("Dir::Etc::main", "/dev/null"),
            setting("Dir::Etc::parts", "\(state)/empty.d"),
            setting("Dir::Etc::sourcelist", "\(state)/build.sources"),
            setting("Dir::Etc::sourceparts", "/dev/null"),
            setting("Dir::Etc::trusted", "/dev/null"),
            setting("Dir::Etc::trustedparts", "\(state)/empty.d"),
            setting("Dir::Etc::preferences", "\(state)/preferences"),
            setting("Dir::Etc::preferencesparts", "\(state)/empty.d"),
            setting("Dir::Etc::netrc", "\(state)/auth.conf"),
            setting("Dir::Etc::netrcparts", "\(state)/empty.d"),
            setting("Dir::State", state),
            setting("Dir::State::lists", "\(state)/lists"),
            setting("Dir::State::status", "\(state)/status"),
            setting("Dir::State::extended_states", "\(state)/extended_states"),
            setting("Dir::Cache", "\(state)/cache"),
            setting("Dir::Cache::archives", "\(state)/archives"),
            setting("Dir::Cache::pkgcache", "\(state)/pkgcache.bin"),
            setting("Dir::Cache::srcpkgcache", ""),
            setting("Dir::Log", state),
            setting("Acquire::Languages", "none"),
            setting("Acquire::Retries", "3"),
        ]
        lines += proxies.sorted { $0.key < $1.key }.map { setting($0.key, $0.value) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func setting(_ name: String, _ value: String) -> String {
        "\(name) \"\(value.replacing("\"", with: "%22"))\";"
    }
}
