import ArgumentParser
import KiwiRootTree

/// Options of commands that may build from a lock file.
struct LockOptions: ParsableArguments {
    @Flag(
        help: .init(
            "Install exactly the packages of the lock file.",
            discussion: "'kiwi system lock' writes it. What cannot be had any more is named."))
    var locked = false

    @Option(
        help: .init(
            "The lock file of --locked instead of \(PackageLock.fileName) in the description's folder.",
            valueName: "file"), completion: .file())
    var lockFile: String?

    func validate() throws {
        if lockFile != nil, !locked { throw ValidationError("--lock-file needs --locked") }
    }

    /// Absolute path of the lock file; nil without `--locked`.
    func path(description: String) -> String? {
        guard locked else { return nil }
        return lockFile.map(Paths.absolute) ?? "\(Paths.absolute(description))/\(PackageLock.fileName)"
    }
}

/// `--offline`, for everything that asks repositories.
struct OfflineOptions: ParsableArguments {
    @Flag(
        help: .init(
            "Download nothing for the root tree: the cache must have it all.",
            discussion: "What is missing is named. Scripts of the image keep their network; see --network."))
    var offline = false
}
