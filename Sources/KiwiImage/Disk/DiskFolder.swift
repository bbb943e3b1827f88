import KiwiBoot
import KiwiRootTree
import KiwiStorage
import KiwiToolbox

/// The part of a root tree that one file system of a disk holds.
struct DiskFolder: Sendable {
    /// On the build machine.
    var path: String
    /// Paths that are left out, relative to it.
    var excluded: [String]
    /// Device nodes that the sandbox could not make, with paths inside it.
    var nodes: [DeviceNode]

    /// - Parameters:
    ///   - mountPoint: where the file system is mounted.
    ///   - mounts: folders that other file systems hold, relative to it: they stay, empty.
    init(_ mountPoint: String, mounts: [String], in tree: RootTree, nodes: [DeviceNode]) throws {
        let reader = TreeReader(tree.path)
        let exclusions = try Exclusions(of: reader)
        let inside = mountPoint.split(separator: "/").joined(separator: "/")
        let prefix = inside.isEmpty ? "" : inside + "/"
        path = inside.isEmpty ? tree.path : try tree.resolve(mountPoint, followLast: true)
        excluded = try exclusions.paths(in: tree.path).filter { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)) }
        for mount in mounts {
            excluded += reader.names(in: "/\(prefix)\(mount)").map { "\(mount)/\($0)" }
        }
        let others = mounts
        self.nodes = exclusions.kept(nodes).compactMap { node in
            guard node.path.hasPrefix("/" + prefix) else { return nil }
            var own = node
            own.path = "/" + node.path.dropFirst(prefix.count + 1)
            return others.contains { own.path.hasPrefix("/\($0)/") } ? nil : own
        }
    }

    func measure() throws -> TreeMeasure { try TreeMeasure(of: path, without: Set(excluded)) }
}
