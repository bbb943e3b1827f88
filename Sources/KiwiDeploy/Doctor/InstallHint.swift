import KiwiToolbox

/// The one command that installs everything builds of some image types need.
public enum InstallHint {
    /// - Parameters:
    ///   - types: image types; `all` for every type and command.
    ///   - manager: that of the machine, whose distribution's images are assumed to be built.
    public static func line(for types: [String], with manager: HostPackageManager) -> String {
        ([manager.command] + packages(for: types, with: manager)).joined(separator: " ")
    }

    /// Sorted names of packages.
    static func packages(for types: [String], with manager: HostPackageManager) -> [String] {
        let all = types.contains("all")
        let groups = ToolTable.groups.filter { group in
            if let itsManager = group.manager { return itsManager == manager }
            return all || group.types.map { !$0.isDisjoint(with: types) } ?? true
        }
        var names = groups.flatMap { group in
            group.tools.map(\.debianPackage) + group.files.map(\.package)
        }
        if all { names.append("ovmf") }
        return Set(names.filter { !$0.isEmpty }.compactMap(manager.package)).sorted()
    }
}
