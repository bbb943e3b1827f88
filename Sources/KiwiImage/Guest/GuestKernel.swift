import KiwiBoot
import KiwiToolbox

/// A kernel that a helper machine can boot, with the modules it has to load.
struct GuestKernel: Sendable, Equatable {
    var version: String
    /// The kernel's file on the build machine.
    var file: String
    /// Module files on the build machine in loading order.
    var modules: [String]

    /// The newest kernel of a tree that has all these modules, loadable or built in.
    ///
    /// - Parameter optional: loaded first where they are.
    static func find(
        in tree: TreeReader, packageManager: String, modules: [String], optional: [String] = []
    ) -> GuestKernel? {
        for kernel in KernelFinder.kernels(in: tree, order: VersionOrder(packageManager: packageManager)) {
            let all = KernelFinder.modules(of: kernel.version, in: tree)
            guard modules.allSatisfy({ all.contains(KernelFinder.normalised($0)) }),
                let file = tree.place(kernel.file),
                let folder = ["/usr/lib/modules", "/lib/modules"].map({ "\($0)/\(kernel.version)" })
                    .first(where: tree.isFolder),
                let place = tree.place(folder)
            else { continue }
            let table = tree.text("\(folder)/modules.dep") ?? ""
            return GuestKernel(
                version: kernel.version, file: file,
                modules: order(of: optional + modules, dependencies: table).map { "\(place)/\($0)" })
        }
        return nil
    }

    /// The files to load for some modules, what others need first.
    ///
    /// - Parameter dependencies: `modules.dep`: `FILE: FILE...`, each line with all that its module
    ///   needs, the nearest first (modules.dep(5)).
    static func order(of modules: [String], dependencies: String) -> [String] {
        var lines: [String: [String]] = [:]
        for line in dependencies.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2,
                let name = parts[0].split(separator: "/").last?.split(separator: ".").first
            else { continue }
            lines[KernelFinder.normalised(String(name))] =
                parts[1].split(separator: " ").reversed().map(String.init) + [String(parts[0])]
        }
        var seen: Set<String> = []
        return modules.flatMap { lines[KernelFinder.normalised($0)] ?? [] }.filter {
            seen.insert($0).inserted
        }
    }
}
