import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Downloaded package files, shared by all builds: one file each, named by its SHA-256. Files
/// appear complete by a rename and never change, so nobody needs a lock.
struct PackageStore: Sendable {
    let folder: String
    /// Ending of the files: `deb`, `rpm`.
    let ending: String

    init(cache: String, ending: String) {
        folder = "\(cache)/packages"
        self.ending = ending
    }

    func name(_ package: PackageList.Package) -> String { "\(package.sha256).\(ending)" }
    func path(_ package: PackageList.Package) -> String { "\(folder)/\(name(package))" }

    func has(_ package: PackageList.Package) -> Bool {
        let path = path(package)
        guard LocalFile.isFile(path) else { return false }
        if package.size > 0, LocalFile.size(path) != package.size {
            LocalFile.remove(path)
            return false
        }
        // What is used stays longest when the cache is pruned.
        utimes(path, nil)
        return true
    }

    func missing(from list: PackageList) -> [PackageList.Package] { list.packages.filter { !has($0) } }

    /// A private folder for unfinished downloads, on the file system of the store.
    func partialFolder() throws -> String {
        let path = "\(folder)/.partial-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try FileSystem.makeFolder(path)
        return path
    }

    /// Takes over a finished, verified file.
    func adopt(_ file: String, as package: PackageList.Package) throws {
        try FileSystem.rename(file, to: path(package))
    }
}
