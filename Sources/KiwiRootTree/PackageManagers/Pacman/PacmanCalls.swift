/// What is said to pacman, as pure values: golden tests compare them with KIWI's calls.
struct PacmanCalls: Sendable, Hashable {
    /// Path of the configuration file.
    var configuration: String

    static let tool = "pacman"
    /// Where a tree has its databases.
    static let database = "/var/lib/pacman"

    /// A command on a root, or on the tree that pacman itself belongs to (nil).
    private func call(_ root: String?, _ words: [String]) -> [String] {
        ["--config", configuration, "--noconfirm"]
            + (root.map { ["--root", $0, "--dbpath", $0 + Self.database] } ?? []) + words
    }

    /// Tells its version.
    var version: [String] { ["--config", configuration, "--version"] }

    func refresh(_ root: String) -> [String] { call(root, ["-Sy"]) }

    /// Lines `REPOSITORY|NAME|VERSION|SIZE|ADDRESS` of what would be installed.
    func list(_ root: String, _ words: [String]) -> [String] {
        call(root, ["-S", "--needed", "--print", "--print-format", "%r|%n|%v|%s|%l"] + words)
    }
    func listUpdates(_ root: String) -> [String] {
        call(root, ["-Su", "--print", "--print-format", "%r|%n|%v|%s|%l"])
    }
    /// Fetches into the first of `caches` what none of them has.
    func download(_ root: String, caches: [String], _ words: [String]) -> [String] {
        call(root, caches.flatMap { ["--cachedir", $0] } + ["-Sw"] + words)
    }
    func bootstrap(_ root: String, _ words: [String]) -> [String] {
        call(root, ["-S", "--needed", "--overwrite", "\(root)/var/run"] + words)
    }
    func install(_ root: String?, _ words: [String]) -> [String] { call(root, ["-S", "--needed"] + words) }
    func update(_ root: String?) -> [String] { call(root, ["-Su"]) }
    func delete(_ root: String?, _ words: [String]) -> [String] { call(root, ["-Rdd"] + words) }
    func uninstall(_ root: String?, _ words: [String]) -> [String] { call(root, ["-Rs"] + words) }
    func names(_ root: String) -> [String] { call(root, ["-Slq"]) }
}
