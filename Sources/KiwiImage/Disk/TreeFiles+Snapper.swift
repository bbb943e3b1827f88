import KiwiBoot

extension TreeFiles {
    /// Tells snapper of the quota group of its snapshots, where the tree has snapper.
    func addSnapperQuota() throws {
        let templates = ["/etc", "/usr/share"].map { "\($0)/snapper/config-templates/default" }
        guard let template = templates.lazy.compactMap({ text($0) }).first else { return }
        let place = "/etc/snapper/configs/root"
        var settings = ShellSettings()
        settings.setQuoted("QGROUP", "1/0")
        try write(settings.merged(into: text(place) ?? template), to: place)
        for file in ["/etc/sysconfig/snapper", "/etc/default/snapper"] {
            guard let list = text(file), let changed = Self.withRootConfiguration(list) else { continue }
            try write(changed, to: file)
        }
    }

    /// The list of snapper's configurations with that of the root; nil where somebody has written one.
    static func withRootConfiguration(_ list: String) -> String? {
        let isEmpty = list.split(separator: "\n").allSatisfy { line in
            !line.hasPrefix("SNAPPER_CONFIGS=") || ["", "\"\"", "''"].contains(line.dropFirst(16))
        }
        var settings = ShellSettings()
        settings.setQuoted("SNAPPER_CONFIGS", "root")
        return isEmpty ? settings.merged(into: list) : nil
    }
}
