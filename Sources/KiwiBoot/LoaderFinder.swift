import KiwiToolbox

/// Finds where GRUB for a platform can come from.
public struct LoaderFinder: Sendable {
    public var tree: TreeReader
    public var host: TreeReader

    public init(tree: TreeReader, host: TreeReader = TreeReader("/")) {
        self.tree = tree
        self.host = host
    }

    /// The tree's modules with the tree's program, else both from the build machine.
    public func choice(for platform: LoaderPlatform) -> LoaderChoice? {
        choice(for: platform, in: tree, .tree) ?? choice(for: platform, in: host, .host)
    }

    private func choice(
        for platform: LoaderPlatform, in place: TreeReader, _ origin: LoaderChoice.Origin
    ) -> LoaderChoice? {
        guard let tool = ["grub-mkimage", "grub2-mkimage"].first(where: place.hasTool) else { return nil }
        for folder in platform.moduleFolders where place.isFile("\(folder)/normal.mod") {
            return LoaderChoice(
                platform, from: origin, modules: folder, tool: tool,
                version: Self.version(place.text("\(folder)/modinfo.sh") ?? ""))
        }
        return nil
    }

    /// The package version modules carry with them.
    static func version(_ modinfo: String) -> String {
        for key in ["grub_package_version=", "grub_version="] {
            for line in modinfo.split(separator: "\n") where line.hasPrefix(key) {
                return line.dropFirst(key.count).filter { $0 != "\"" && $0 != "'" }
            }
        }
        return ""
    }
}
