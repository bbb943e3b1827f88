import KiwiDescription

/// The texts of zypper's private configuration.
struct ZypperConfiguration: Sendable, Hashable, Codable {
    /// Folder of the build.
    var state: String
    var architecture: Architecture
    var checksSignatures = false
    var excludeDocs = false

    /// Where a zypper inside the tree sees its settings and the caches of the build.
    static let inside = "/run/kiwi-zypper"

    /// libzypp's configuration.
    var text: String {
        var lines = [
            "[main]", "credentials.global.dir = \(state)/credentials",
            "credentials.global.file = \(state)/credentials.cat",
            "gpgcheck = \(checksSignatures ? "on" : "off")",
            "arch = \(architecture.rawValue)", "configdir = \(state)/etc",
        ]
        if excludeDocs { lines.append("rpm.install.excludedocs = yes") }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The file of one repository.
    /// - Parameters:
    ///   - keys: paths of key files as zypper will see them.
    ///   - inImage: whether it is for the image: then without what only the build may know.
    static func repository(_ entry: RpmRepository, keys: [String], inImage: Bool) -> String {
        let kind = entry.addressKind == "baseurl" ? "baseurl" : "mirrorlist"
        var address = entry.address
        if entry.login != nil, !inImage, !address.hasPrefix("file:") {
            address += (address.contains("?") ? "&" : "?") + "credentials=\(entry.id)"
        }
        var lines = [
            "[\(entry.id)]", "name=\(entry.alias)", "enabled=1", "autorefresh=1", "\(kind)=\(address)",
        ]
        if !inImage { lines.append("keeppackages=1") }
        if let type = entry.indexType { lines.append("type=\(type)") }
        if let priority = entry.priority { lines.append("priority=\(priority)") }
        lines += [
            "repo_gpgcheck=\(entry.checksRepository ? 1 : 0)", "pkg_gpgcheck=\(entry.checksPackages ? 1 : 0)",
        ]
        if !keys.isEmpty { lines.append("gpgkey=" + keys.map { "file://\($0)" }.joined(separator: " ")) }
        return lines.map { $0 + "\n" }.joined()
    }

    static func credentials(_ login: RepositoryAddress.Login) -> String {
        "username=\(login.user)\npassword=\(login.password)\n"
    }
}
