import KiwiDescription

/// The text of dnf's private configuration.
struct DnfConfiguration: Sendable, Hashable, Codable {
    /// Folders of the build: configuration, repositories, plugins.
    var state: String
    var architecture: Architecture
    var checksSignatures = false
    var excludeDocs = false
    var program = DnfProgram.dnf4

    /// Where dnf keeps indexes and packages: below every root it works on, because it puts
    /// `--installroot` before this path. /run of a tree is never part of an image.
    static let cacheInside = "/run/kiwi-dnf"
    /// Where a dnf inside the tree sees its settings.
    static let settingsInside = "/run/kiwi-dnf-settings"

    var text: String {
        var lines = [
            "[main]",
            "\(program == .dnf5 ? "system_cachedir" : "cachedir")=\(Self.cacheInside)/cache",
            "logdir=\(Self.cacheInside)/log",
            "reposdir=\(state)/repos",
            "varsdir=\(state)/vars",
            "pluginpath=\(state)/plugins",
            "pluginconfpath=\(state)/pluginconf",
            "modulesdir=\(state)/modules",
            "keepcache=1",
            "metadata_expire=-1",
            "debuglevel=2",
            "best=1",
            "obsoletes=1",
            "plugins=\(program == .dnf5 ? 0 : 1)",
            "gpgcheck=\(checksSignatures ? 1 : 0)",
            "localpkg_gpgcheck=0",
            "retries=3",
        ]
        // Our files may be younger than indexes that the machine's dnf has read.
        if state == Self.settingsInside { lines.append("check_config_file_age=0") }
        if excludeDocs { lines.append("tsflags=nodocs") }
        if architecture != .host { lines += ["arch=\(architecture.rawValue)", "ignorearch=1"] }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The file of one repository.
    /// - Parameters:
    ///   - keys: paths of key files as dnf will see them.
    ///   - inImage: whether it is for the image: then without what only the build may know.
    static func repository(_ entry: RpmRepository, keys: [String], inImage: Bool) -> String {
        var lines = [
            "[\(entry.id)]", "name=\(entry.alias)", "\(entry.addressKind)=\(entry.address)", "enabled=1",
        ]
        if let priority = entry.priority { lines.append("priority=\(priority)") }
        lines += [
            "repo_gpgcheck=\(entry.checksRepository ? 1 : 0)", "gpgcheck=\(entry.checksPackages ? 1 : 0)",
        ]
        if !keys.isEmpty { lines.append("gpgkey=" + keys.map { "file://\($0)" }.joined(separator: " ")) }
        if !inImage, let login = entry.login {
            lines += ["username=\(login.user)", "password=\(login.password)"]
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
