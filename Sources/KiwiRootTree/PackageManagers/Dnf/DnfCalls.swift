/// What is said to dnf, as pure values: golden tests compare them with KIWI's calls.
struct DnfCalls: Sendable, Hashable {
    /// Path of the configuration file.
    var configuration: String
    /// `release-version`, default `0`.
    var releaseVersion: String

    /// dnf 4; the name `dnf` may be version 5.
    static let tool = "dnf-3"

    private var common: [String] {
        ["--config", configuration, "-y", "--enableplugin=priorities", "--disableplugin=versionlock"]
    }

    /// A command on a root; nothing is downloaded with `cacheOnly`.
    func call(_ root: String, cacheOnly: Bool, _ words: [String]) -> [String] {
        common + (cacheOnly ? ["-C"] : []) + ["--installroot", root, "--releasever=\(releaseVersion)"] + words
    }

    func makeCache(_ root: String, offline: Bool) -> [String] {
        call(root, cacheOnly: offline, (offline ? [] : ["--refresh"]) + ["makecache"])
    }

    func install(
        _ root: String, _ selection: RpmWords.Selection, cacheOnly: Bool = true, _ more: [String] = []
    ) -> [String] {
        call(
            root, cacheOnly: cacheOnly,
            ["--setopt=install_weak_deps=\(selection.recommends ? "True" : "False")"]
                + more + selection.excluded.map { "--exclude=\($0)" } + ["install"] + selection.words)
    }

    func upgrade(_ root: String, cacheOnly: Bool = true, _ more: [String] = []) -> [String] {
        call(root, cacheOnly: cacheOnly, more + ["upgrade"])
    }

    /// Modules are disabled, then reset and enabled.
    func modules(_ root: String, disable: [String], enable: [String]) -> [[String]] {
        disable.map { call(root, cacheOnly: true, ["module", "disable", $0]) }
            + enable.flatMap { module in
                [
                    call(root, cacheOnly: true, ["module", "reset", String(module.prefix { $0 != ":" })]),
                    call(root, cacheOnly: true, ["module", "enable", module]),
                ]
            }
    }

    func uninstall(_ root: String, _ packages: [String]) -> [String] {
        call(root, cacheOnly: true, ["--disablerepo=*", "autoremove"] + packages)
    }

    func names(_ root: String) -> [String] {
        call(root, cacheOnly: true, ["repoquery", "--queryformat", "%{name}"])
    }
}
