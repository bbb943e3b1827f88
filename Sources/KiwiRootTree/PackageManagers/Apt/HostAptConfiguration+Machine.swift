import KiwiToolbox

extension HostAptConfiguration {
    /// Reads the configuration of the machine. Files that cannot be read count as missing.
    /// - Parameter root: `/`, or another folder in tests.
    public static func read(root: String = "") -> HostAptConfiguration {
        var entries: [Entry] = []
        let folder = "\(root)/etc/apt"
        if let text = LocalFile.readIfPresent("\(folder)/sources.list") {
            entries += Self.entries(fromList: text)
        }
        for name in LocalFile.list("\(folder)/sources.list.d") {
            guard let text = LocalFile.readIfPresent("\(folder)/sources.list.d/\(name)") else { continue }
            if name.hasSuffix(".list") { entries += Self.entries(fromList: text) }
            if name.hasSuffix(".sources") { entries += Self.entries(fromDeb822: text) }
        }
        for index in entries.indices { entries[index].origins = origins(of: entries[index], root: root) }
        let system = OSRelease(parsing: LocalFile.readIfPresent("\(root)/etc/os-release") ?? "")
        let distribution = system?.id ?? ""
        let keyring = "/usr/share/keyrings/\(distribution)-archive-keyring.gpg"
        return HostAptConfiguration(
            entries: entries, distribution: distribution, codename: system?.codename ?? "",
            archiveKeyring: !distribution.isEmpty && FileSystem.exists(root + keyring) ? keyring : nil)
    }

    /// Proxy settings out of `apt-config dump`; the only thing taken over from the machine's apt.
    static func proxies(fromDump text: String) -> [String: String] {
        var proxies: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let name = String(parts[0])
            let value = parts[1].trimming("\"; ")
            let known = ["Acquire::http::Proxy", "Acquire::https::Proxy", "Acquire::ftp::Proxy"]
            let isProxy = known.contains { name == $0 || name.hasPrefix($0 + "::") }
            if isProxy || name == "Acquire::https::CAInfo", !value.isEmpty { proxies[name] = value }
        }
        return proxies
    }
    private static func origins(of entry: Entry, root: String) -> Set<String> {
        var found: Set<String> = []
        for address in entry.addresses {
            for suite in entry.suites {
                let name = listName(address: address, suite: suite)
                for ending in ["_InRelease", "_Release"] {
                    let path = "\(root)/var/lib/apt/lists/\(name)\(ending)"
                    guard let bytes = try? LocalFile.readBytes(path, limit: 4096) else { continue }
                    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
                    where line.hasPrefix("Origin:") {
                        found.insert(line.dropFirst("Origin:".count).trimming(" \t\r"))
                    }
                }
            }
        }
        return found
    }
}
