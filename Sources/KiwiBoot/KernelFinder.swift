import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Finds kernels in a tree.
public struct KernelFinder: Sendable {
    public struct Kernel: Sendable, Hashable {
        public var version: String
        /// Path inside the tree.
        public var file: String
    }

    /// Kernels that have modules, newest first.
    public static func kernels(in tree: TreeReader, order: VersionOrder) -> [Kernel] {
        let names = Distribution.values("kernel-name", first: tree.distribution)
        var versions: Set<String> = []
        for folder in ["/usr/lib/modules", "/lib/modules"] {
            versions.formUnion(tree.names(in: folder).filter { tree.isFolder("\(folder)/\($0)") })
        }
        return versions.sorted { order.isOlder($1, $0) }.compactMap { version in
            for name in names {
                for path in [
                    "/boot/\(name)-\(version)", "/lib/modules/\(version)/\(name)",
                    "/usr/lib/modules/\(version)/\(name)",
                ] where tree.isFile(path) { return Kernel(version: version, file: path) }
            }
            return nil
        }
    }

    /// Names of all modules a kernel has, loadable or built in, with `_` for `-`.
    public static func modules(of version: String, in tree: TreeReader) -> Set<String> {
        var found: Set<String> = []
        for list in ["modules.dep", "modules.builtin"] {
            let folder = tree.isFolder("/usr/lib/modules/\(version)") ? "/usr/lib/modules" : "/lib/modules"
            for line in (tree.text("\(folder)/\(version)/\(list)") ?? "").utf8.split(
                separator: UInt8(ascii: "\n"))
            {
                let path = line.prefix { $0 != UInt8(ascii: ":") }
                let file = path.split(separator: UInt8(ascii: "/")).last ?? path
                let name = String(decoding: file.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self)
                found.insert(normalised(name))
            }
        }
        return found
    }

    static func noKernel(_ packages: PackageNames, at position: Position?) -> Diagnostic {
        Diagnostic(
            "no-kernel", at: position, "the root tree holds no kernel with modules",
            remedy: "add \(packages.elements([packages.kernel])) to <packages type=\"image\">")
    }

    public static func normalised(_ module: String) -> String { module.replacing("-", with: "_") }

    /// The configuration of a kernel, from where distributions put it.
    public static func configuration(of version: String, in tree: TreeReader) -> KernelConfiguration {
        for path in [
            "/boot/config-\(version)", "/usr/lib/modules/\(version)/config", "/lib/modules/\(version)/config",
        ] {
            if let text = tree.text(path) { return KernelConfiguration(text) }
        }
        return KernelConfiguration(nil)
    }
}
