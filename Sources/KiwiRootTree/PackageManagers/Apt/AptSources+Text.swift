import KiwiToolbox

extension AptSources {
    /// The text of a deb822 sources file for one repository.
    /// - Parameter keyPath: where the n-th key of an entry lies; nil leaves the key out.
    func stanza(_ entry: Entry, keyPath: (_ entry: Entry, _ index: Int) -> String?) -> String {
        var lines = ["Types: deb", "URIs: " + entry.addresses.joined(separator: " ")]
        lines.append("Suites: " + entry.suites.joined(separator: " "))
        if !entry.components.isEmpty {
            lines.append("Components: " + entry.components.joined(separator: " "))
        }
        if !entry.architectures.isEmpty {
            lines.append("Architectures: " + entry.architectures.joined(separator: " "))
        }
        let keys = entry.keys.indices.compactMap { keyPath(entry, $0) }
        if !keys.isEmpty, !entry.trusted { lines.append("Signed-By: " + keys.joined(separator: " ")) }
        if entry.trusted { lines += ["Trusted: yes", "Check-Valid-Until: no"] }
        return lines.joined(separator: "\n") + "\n"
    }

    /// All logins with the addresses they are for: of repositories and of keys to download.
    var logins: [(String, RepositoryAddress.Login)] {
        entries.flatMap { entry in
            let own = entry.login.map { login in entry.addresses.map { ($0, login) } } ?? []
            return own
                + entry.keys.compactMap { key in
                    if case .address(let address, let login?, _) = key { (address, login) } else { nil }
                }
        }
    }

    /// apt_auth.conf(5); empty when nothing needs a login.
    var authenticationText: String {
        logins.map { Self.authentication(address: $0.0, $0.1) }.joined()
    }

    static func authentication(address: String, _ login: RepositoryAddress.Login) -> String {
        // Plain http needs its scheme written out, or apt refuses to send the password.
        let machine = address.hasPrefix("https://") ? String(address.dropFirst(8)) : address
        let user = login.user.isEmpty ? "" : " login \(login.user)"
        return "machine \(machine)\(user) password \(login.password)\n"
    }

    /// apt_preferences(5) for repositories with a priority; higher wins.
    var preferencesText: String {
        entries.compactMap { entry in
            entry.priority.map { Self.preference(addresses: entry.addresses, priority: $0) }
        }.joined(separator: "\n")
    }

    static func preference(addresses: [String], priority: Int) -> String {
        addresses.map { address in
            "Package: *\nPin: origin \"\(host(of: address))\"\nPin-Priority: \(priority)\n"
        }.joined(separator: "\n")
    }

    /// The host name of an address, empty for local ones.
    static func host(of address: String) -> String {
        guard let start = address.range(of: "://")?.upperBound else { return "" }
        return String(address[start...].prefix { $0 != "/" && $0 != ":" })
    }

    /// Identifies the sources for the list cache: what is fetched and how it is verified.
    var digest: Digest {
        Digest(
            ofParts: entries.map { entry in
                stanza(entry) { entry, index in entry.keys[index].label }
            })
    }

    var used: [UsedRepository] {
        entries.map {
            UsedRepository(
                alias: $0.alias, source: $0.source, addresses: $0.addresses.map(RepositoryAddress.masked),
                distribution: $0.suites.first, components: $0.components, verified: !$0.trusted)
        }
    }
}
