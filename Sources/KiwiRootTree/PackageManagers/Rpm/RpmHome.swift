import KiwiDescription
import KiwiToolbox

/// A home folder that librpm reads its macros from, inside rpm, dnf and zypper alike: they have no
/// other common way to say where the database of a tree is, and on Debian rpm's own place is the
/// home folder of the caller.
struct RpmHome: Sendable {
    let folder: String
    /// The path at which programs inside a tree see it; nil for programs of the machine.
    var inside: String?

    /// Mount points of a tree that is being filled: in a user namespace their owner and mode
    /// cannot be changed.
    static let mounted = ["/proc", "/sys", "/dev"]

    static func macros(_ place: RpmDatabase.Place, options: InstallOptions?) -> String {
        var lines = [
            "%_dbpath \(place.path)", "%_db_backend \(place.backend)",
            "%_netsharedpath \(mounted.joined(separator: ":"))",
            "%_install_script_path /usr/sbin:/usr/bin:/sbin:/bin",
        ]
        if options?.excludeDocs == true { lines.append("%_excludedocs 1") }
        if let locales = options?.locales, !locales.isEmpty {
            lines.append("%_install_langs \((["POSIX", "C", "C.UTF-8"] + locales).joined(separator: ":"))")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    func write(_ place: RpmDatabase.Place, options: InstallOptions? = nil) throws {
        try FileSystem.makeFolder(folder)
        try LocalFile.write(Self.macros(place, options: options), to: "\(folder)/.rpmmacros")
    }

    /// What programs see that read this home; package scripts see it too.
    func environment(in workspace: Workspace) -> [String: String] {
        var environment = workspace.settings.extraEnvironment
        environment.merge(
            ["HOME": inside ?? folder, "LC_ALL": "C.UTF-8", "LANG": "C", "TERM": "dumb"]
        ) { _, ours in ours }
        environment["SOURCE_DATE_EPOCH"] =
            "\(workspace.settings.sourceDateEpoch ?? PackageScripts.neutralTime)"
        return environment
    }
}
