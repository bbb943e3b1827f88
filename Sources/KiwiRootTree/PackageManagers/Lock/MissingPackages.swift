import KiwiDiagnostics
import KiwiToolbox

/// Packages that a build cannot have, in one line.
enum MissingPackages {
    /// The names for a message; of many only the first.
    static func names(_ packages: [PackageList.Package]) -> String {
        let shown = packages.prefix(8).map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        return packages.count > 8 ? "\(shown) and \(packages.count - 8) more" : shown
    }

    /// - Throws: `Failure` for packages that a build without network would have to download.
    static func refuse(_ packages: [PackageList.Package], _ workspace: Workspace) throws(Failure) {
        guard workspace.settings.offline, !packages.isEmpty else { return }
        throw Failure(
            .buildFailed,
            Diagnostic(
                "offline-missing-packages",
                "--offline: not in the cache: \(names(packages))",
                remedy: "build once without --offline, with the same cache"))
    }

    /// A repository whose indexes are not kept.
    static func noIndex(_ repository: String, at position: Position?) -> Failure {
        Failure(
            .buildFailed,
            Diagnostic(
                "offline-missing-index", at: position,
                "--offline: the cache has no index of repository '\(repository)'",
                remedy: "build once without --offline, with the same cache"))
    }

    /// A key that would have to be downloaded.
    static func noKey(_ address: String, at position: Position?) -> Failure {
        Failure(
            .buildFailed,
            Diagnostic(
                "offline-missing-key", at: position,
                "--offline: the cache does not have the signing key '\(RepositoryAddress.masked(address))'",
                remedy: "build once without --offline, or keep the key beside the description and use file:"))
    }

    /// Packages of a lock file that nobody has any more.
    static func gone(_ packages: [PackageList.Package], notes: [String] = []) -> Failure {
        Failure(
            .buildFailed,
            Diagnostic(
                "locked-package-gone",
                "\(packages.count == 1 ? "a package" : "\(packages.count) packages") of the lock file cannot be had: "
                    + names(packages),
                remedy: "use a mirror that keeps old packages (--mirror FROM=TO), "
                    + "or renew the lock file with 'kiwi system lock'",
                notes: notes))
    }
}
