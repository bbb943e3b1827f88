/// What is said to dnf, as pure values: golden tests compare them with KIWI's calls.
struct DnfCalls: Sendable, Hashable {
    /// Path of the configuration file.
    var configuration: String
    /// `release-version`, default `0`.
    var releaseVersion: String

    /// `dnf-3` for version 4: the name `dnf` may be version 5.
    var program = DnfProgram.dnf4

    private var common: [String] {
        switch program {
        case .dnf4, .microdnf:
            ["--config", configuration, "-y", "--enableplugin=priorities", "--disableplugin=versionlock"]
        case .dnf5: ["--config", configuration, "-y", "--disable-plugin=priorities,versionlock"]
        }
    }

    /// A command on a root, or on the tree that dnf itself belongs to (nil).
    ///
    /// Nothing is downloaded with `cacheOnly`. Inside a tree that is a matter of the network, which is not there:
    /// a local repository has another address and its index must be read again.
    func call(_ root: String?, cacheOnly: Bool, _ words: [String]) -> [String] {
        guard let root else { return common + ["--releasever=\(releaseVersion)"] + words }
        // It would look for our repositories in the tree otherwise.
        return common + (program == .dnf5 ? ["--use-host-config"] : []) + (cacheOnly ? ["-C"] : [])
            + ["--installroot", root, "--releasever=\(releaseVersion)"] + words
    }

    /// Tells its version.
    var version: [String] { ["--config", configuration, "--version"] }

    func makeCache(_ root: String, offline: Bool) -> [String] {
        call(root, cacheOnly: offline, (offline ? [] : ["--refresh"]) + ["makecache"])
    }

    enum Mode { case install, ask, download }

    func install(_ root: String?, _ selection: RpmWords.Selection, _ mode: Mode = .install) -> [String] {
        let weak = program == .microdnf ? ["0", "1"] : ["False", "True"]
        var options = ["--setopt=install_weak_deps=\(weak[selection.recommends ? 1 : 0])"]
        if program == .dnf5 {
            let types = selection.recommends ? "default,mandatory,conditional" : "mandatory"
            options.append("--setopt=group_package_types=\(types)")
        }
        options += selection.excluded.map { "--exclude=\($0)" }
        return transaction(root, mode, options, "install", selection.words)
    }

    func upgrade(_ root: String?, _ mode: Mode = .install) -> [String] {
        transaction(root, mode, [], "upgrade", [])
    }

    private func transaction(
        _ root: String?, _ mode: Mode, _ options: [String], _ verb: String, _ words: [String]
    ) -> [String] {
        let asking = mode == .ask ? ["--assumeno"] : []
        let downloading = mode == .download ? ["--downloadonly"] : []
        return call(root, cacheOnly: mode != .download, options + asking + [verb] + downloading + words)
    }

    /// Modules are disabled, then reset and enabled.
    func modules(_ root: String?, disable: [String], enable: [String]) -> [[String]] {
        disable.map { call(root, cacheOnly: true, ["module", "disable", $0]) }
            + enable.flatMap { module in
                [
                    call(root, cacheOnly: true, ["module", "reset", String(module.prefix { $0 != ":" })]),
                    call(root, cacheOnly: true, ["module", "enable", module]),
                ]
            }
    }

    func uninstall(_ root: String?, _ packages: [String]) -> [String] {
        switch program {
        case .dnf4: call(root, cacheOnly: true, ["--disablerepo=*", "autoremove"] + packages)
        case .microdnf: call(root, cacheOnly: true, ["--disablerepo=*", "remove"] + packages)
        case .dnf5:
            call(
                root, cacheOnly: true,
                ["--setopt=reposdir=/nonexistent", "--setopt=clean_requirements_on_remove=True", "remove"]
                    + packages)
        }
    }

    func names(_ root: String) -> [String] {
        call(
            root, cacheOnly: true,
            ["repoquery", "--queryformat", program == .dnf5 ? "%{name}\\n" : "%{name}"])
    }
}
