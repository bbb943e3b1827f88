import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A repository with the packages of a lock file and nothing else: the package manager chooses from it as
/// from any other, and records the same reasons as without a lock file.
struct LockedRepository: Sendable {
    let lock: PackageLock
    let store: PackageStore
    let workspace: Workspace

    /// Links the files of the store into a new folder and indexes it.
    /// - Parameters:
    ///   - fileName: the name that a package has in a repository.
    ///   - index: writes the index of the folder.
    /// - Returns: the request with this repository alone.
    func request(
        _ request: PackageRequest, type: String?, fileName: (PackageLock.Entry) -> String,
        index: (String, [String]) async throws -> Void
    ) async throws -> PackageRequest {
        let folder = "\(workspace.folders.bulk)/locked"
        try FileSystem.makeFolder(folder)
        var names: [String] = []
        for (entry, package) in zip(lock.packages, lock.list.packages) {
            let name = fileName(entry)
            try LocalFile.linkOrCopy(store.path(package), to: "\(folder)/\(name)")
            names.append(name)
        }
        try await index(folder, names)
        var request = request
        request.repositories = [
            Repository(
                position: request.manager.position,
                source: Located("dir://\(folder)", at: request.manager.position), type: type,
                alias: Self.alias)
        ]
        return request
    }

    static let alias = "kiwi-locked"

    /// What a package manager chose, in the words of the lock file.
    /// - Throws: `Failure` when it is not what the lock file says.
    func confirm(_ resolution: PackageResolution) throws(Failure) -> PackageResolution {
        struct Key: Hashable { var name, version, architecture: String }
        var wanted: [Key: PackageLock.Entry] = [:]
        for entry in lock.packages {
            wanted[Key(name: entry.name, version: entry.version, architecture: entry.architecture)] = entry
        }
        var result = resolution
        result.origins = PackageOrigins()
        var extra: [String] = []
        for index in result.list.packages.indices {
            let package = result.list.packages[index]
            let key = Key(name: package.name, version: package.version, architecture: package.architecture)
            guard let entry = wanted.removeValue(forKey: key) else {
                extra.append(package.name)
                continue
            }
            result.list.packages[index].sha256 = entry.checksum
            result.origins.addresses[entry.checksum] = resolution.origins.addresses[package.sha256]
        }
        guard wanted.isEmpty, extra.isEmpty else {
            let lost = wanted.values.map(\.label).sorted() + extra.sorted()
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "lock-differs",
                    "the package manager chooses otherwise than the lock file: "
                        + lost.prefix(8).joined(separator: ", "),
                    remedy: "renew the lock file with 'kiwi system lock' and the same options"))
        }
        result.newestRelease = lock.newestRelease
        result.repositories = lock.repositories
        return result
    }
}
