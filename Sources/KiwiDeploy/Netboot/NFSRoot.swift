import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// A prepared root tree that machines mount over NFS.
public struct NFSRoot: Sendable, Hashable {
    /// Absolute, without links.
    public let path: String

    /// - Throws: `Failure` when the folder is no tree that machines could start from.
    public init(_ folder: String) throws(Failure) {
        func refuse(_ message: String, _ remedy: String) -> Failure {
            Failure(.usage, Diagnostic("nfs-root", message, remedy: remedy))
        }
        guard let path = FileSystem.realPath(folder), FileSystem.isFolder(path) else {
            throw refuse("\(folder) is no folder", "prepare one: kiwi system prepare --root \(folder)")
        }
        self.path = path
        let isPlain = path.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                || "/._+-".utf8.contains($0)
        }
        guard isPlain, path != "/" else {
            throw refuse(
                "the path \(path) cannot be exported",
                "use a folder whose path has letters, digits and . _ + - only")
        }
        guard FileSystem.isRealFolder("\(path)/etc"), FileSystem.isRealFolder("\(path)/usr") else {
            throw refuse(
                "\(path) is no root tree: it has no etc and usr", "name the --root of 'kiwi system prepare'")
        }
        var facts = stat()
        guard lstat("\(path)/etc", &facts) == 0, facts.st_uid == 0 else {
            throw refuse(
                "the files of \(path) do not belong to root: NFS would give machines these owners",
                "prepare the tree as root")
        }
    }

    /// For /etc/exports. Machines only read; their changes stay with them.
    public var exportsLine: String { "\(path) *(ro,no_root_squash,no_subtree_check)" }

    /// For the kernel command line.
    var root: String { "root=overlay:nfs=\(NetbootEntry.serverMark):\(path)" }
}
