/// What is said to zypper, as pure values: golden tests compare them with KIWI's calls.
struct ZypperCalls: Sendable, Hashable {
    /// Folder of the build.
    var state: String
    /// Whether keys that a repository itself offers are accepted: as in KIWI, but not where the description
    /// says which keys are right.
    var acceptsKeys: Bool
    var releaseVersion: String?

    static let tool = "zypper"

    /// Codes above 100 tell of something other than a failure, but for these (KIWI's rule).
    static let successCodes = Set<Int32>([0]).union(100...255).subtracting([104, 105, 106, 127])
    /// A name or capability that nothing has.
    static let notFound: Int32 = 104

    private var common: [String] {
        ["--non-interactive"] + (acceptsKeys ? ["--gpg-auto-import-keys"] : [])
            + [
                "--pkg-cache-dir", "\(state)/cache/packages", "--reposd-dir", "\(state)/repos",
                "--solv-cache-dir",
                "\(state)/cache/solv", "--cache-dir", "\(state)/cache", "--raw-cache-dir",
                "\(state)/cache/raw",
                "--config", "\(state)/zypper.conf",
            ] + (releaseVersion.map { ["--releasever", $0] } ?? [])
    }

    /// A command on a root, or on the tree that zypper itself belongs to (nil).
    private func call(_ root: String?, refreshes: Bool = false, _ words: [String]) -> [String] {
        common + (refreshes ? [] : ["--no-refresh"]) + (root.map { ["--root", $0] } ?? []) + words
    }

    func refresh(_ root: String, offline: Bool = false) -> [String] {
        call(root, refreshes: !offline, ["refresh"] + (offline ? ["--build-only"] : []))
    }

    enum Mode { case install, dryRun, downloadOnly }

    func install(_ root: String?, _ selection: RpmWords.Selection, _ mode: Mode = .install) -> [String] {
        let options = ["--auto-agree-with-licenses"] + (selection.recommends ? [] : ["--no-recommends"])
        return transaction(root, mode, "install", options + ["--"] + selection.words)
    }

    func update(_ root: String?, _ mode: Mode = .install) -> [String] {
        transaction(root, mode, "update", ["--auto-agree-with-licenses"])
    }

    private func transaction(_ root: String?, _ mode: Mode, _ verb: String, _ rest: [String]) -> [String] {
        switch mode {
        case .install: call(root, [verb, "--download", "in-advance"] + rest)
        case .dryRun:
            ["--xmlout"] + call(root, [verb, "--dry-run", "--details", "--download", "in-advance"] + rest)
        case .downloadOnly: call(root, [verb, "--download", "only"] + rest)
        }
    }

    func lock(_ root: String?, _ packages: [String]) -> [[String]] {
        packages.map { call(root, ["al", $0]) }
    }

    func uninstall(_ root: String?, _ packages: [String]) -> [String] {
        call(root, ["remove", "-u", "--force-resolution"] + packages)
    }

    func names(_ root: String) -> [String] {
        ["--xmlout"] + call(root, ["search", "--type", "package"])
    }
}
