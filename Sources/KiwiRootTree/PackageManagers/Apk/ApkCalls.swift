/// What is said to apk, as pure values: golden tests compare them with KIWI's calls.
struct ApkCalls: Sendable, Hashable, Codable {
    /// Addresses of repositories, without credentials.
    var repositories: [String]
    /// A folder with the declared keys; nil: nothing is verified, as in KIWI.
    var keys: String?

    static let tool = "apk"
    /// What KIWI installs when the description names nothing for the first phase.
    static let base = "alpine-base"

    private func call(_ root: String, _ words: [String]) -> [String] {
        ["--root", root] + repositories.flatMap { ["-X", $0] }
            + (keys.map { ["--keys-dir", $0] } ?? ["--allow-untrusted"]) + words
    }

    func bootstrap(_ root: String, _ words: [String], simulate: Bool = false) -> [String] {
        call(
            root,
            ["-U", "--initdb", "add"] + (simulate ? ["--simulate"] : [])
                + (words.isEmpty ? [Self.base] : words))
    }

    func update(_ root: String) -> [String] { call(root, ["update"]) }
    func install(_ root: String, _ words: [String], simulate: Bool = false) -> [String] {
        call(root, ["add"] + (simulate ? ["--simulate"] : []) + words)
    }
    func upgrade(_ root: String, simulate: Bool = false) -> [String] {
        call(root, ["upgrade"] + (simulate ? ["--simulate"] : []))
    }
    /// Both ways to remove packages are one, as in KIWI.
    func remove(_ root: String, _ words: [String]) -> [String] { call(root, ["del"] + words) }
    func names(_ root: String) -> [String] { call(root, ["search", "--quiet"]) }
}
