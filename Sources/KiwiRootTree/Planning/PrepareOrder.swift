import KiwiDescription

/// One act of configuring a tree whose packages are installed.
public enum PrepareAction: String, Codable, Sendable, CaseIterable {
    case importDescription, systemArchives, deleteRequested, profileFile, overlay, imageID
    case users, keytable, locale, splashTheme, timezone, permissions, files, imageRepositories, autoYaST
    case configScript, packageScripts, securityLabels, uninstallPackages, deletePackages, identity, cleanUp
}

/// The order in which a tree is configured, as a value: descriptions of an older era keep theirs. Labels come last:
/// KIWI sets them before packages are removed, and files that change later would have none.
public struct PrepareOrder: Codable, Sendable, Hashable {
    public var actions: [PrepareAction]
    /// Archives by name; else as the description lists them.
    public var sortsArchives: Bool

    /// kiwi-ng 11: archives with the packages, then the overlay.
    public static let current = PrepareOrder(
        actions: [
            .importDescription, .systemArchives, .deleteRequested, .profileFile, .overlay, .imageID, .users,
            .keytable, .locale, .splashTheme, .timezone, .permissions, .files, .imageRepositories,
            .configScript, .uninstallPackages, .deletePackages, .identity, .cleanUp, .securityLabels,
        ], sortsArchives: true)

    /// KIWI 5 to 9: overlay first, then the archives from top to bottom; AutoYaST at the first boot.
    public static let legacy = PrepareOrder(
        actions: [
            .importDescription, .deleteRequested, .profileFile, .overlay, .systemArchives, .imageID, .users,
            .keytable, .locale, .splashTheme, .timezone, .permissions, .files, .imageRepositories, .autoYaST,
            .configScript, .uninstallPackages, .deletePackages, .identity, .cleanUp, .securityLabels,
        ], sortsArchives: false)

    /// The 2007 manual: as `legacy`, and the scripts of `config/` after config.sh.
    public static let first: PrepareOrder = {
        var order = legacy
        order.actions.insert(.packageScripts, at: order.actions.firstIndex(of: .configScript)! + 1)
        return order
    }()

    /// The order of the era a schema version belongs to.
    public static func of(schemaVersion: String) -> PrepareOrder {
        guard let major = Int(schemaVersion.prefix { $0 != "." }) else { return current }
        switch major {
        case ..<4: return first
        case 4..<8: return legacy
        default: return current
        }
    }
}
