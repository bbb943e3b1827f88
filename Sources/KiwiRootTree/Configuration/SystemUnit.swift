import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// A unit of ours that systemd starts at boot.
struct SystemUnit {
    var name: String
    var text: String

    /// Writes the unit and has `multi-user.target` want it.
    func install(in tree: RootTree) throws {
        let folder = try TreePath.resolve("/etc/systemd/system", below: tree.path, followLast: true)
        let wants = "\(folder)/multi-user.target.wants"
        try FileSystem.makeFolder(wants)
        try LocalFile.write(text, to: "\(folder)/\(name)")
        LocalFile.remove("\(wants)/\(name)")
        guard symlink("/etc/systemd/system/\(name)", "\(wants)/\(name)") == 0 else {
            throw FileError.current("link", "\(wants)/\(name)")
        }
    }
}
