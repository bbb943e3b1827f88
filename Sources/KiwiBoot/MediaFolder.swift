import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The files of a medium while they are put together in a folder.
///
/// A user's archive may have been unpacked into it: nothing is ever written through a
/// symlink.
public struct MediaFolder: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    /// The place of a path inside, with its parents made.
    public func place(_ inside: String) throws -> String {
        var folder = path
        let parts = inside.split(separator: "/").map(String.init)
        for part in parts.dropLast() {
            folder += "/\(part)"
            if !FileSystem.exists(folder) {
                guard mkdir(folder, 0o755) == 0 else { throw FileError.current("create folder", folder) }
            }
            guard FileSystem.isRealFolder(folder) else { throw notAFolder(inside) }
        }
        let file = "\(folder)/\(parts.last ?? "")"
        if TreePath.readLink(file) != nil { throw notAFolder(inside) }
        return file
    }

    private func notAFolder(_ inside: String) -> Diagnostic {
        Diagnostic(
            "media-link", "the medium already holds something in the way of '\(inside)'",
            remedy: "remove it from config-cdroot.tar")
    }

    public func write(_ text: String, to inside: String) throws {
        try FileSystem.write(text, to: place(inside))
    }

    public func write(_ bytes: [UInt8], to inside: String) throws {
        try FileSystem.write(bytes, to: place(inside))
    }

    /// Copies one file's content.
    public func copy(_ source: String, to inside: String) throws {
        let target = try place(inside)
        try? FileSystem.removeTree(target)
        try FileSystem.write(try FileSystem.readBytes(source, limit: 1 << 30), to: target)
    }

    /// Copies the plain files of a folder and of those in it; symlinks are left out.
    /// - Parameter keep: whether to take a file of this name.
    public func copyFolder(_ source: String, to inside: String, keep: (String) -> Bool = { _ in true }) throws
    {
        for name in try FileSystem.names(in: source) {
            let from = "\(source)/\(name)"
            if FileSystem.isRealFolder(from) {
                try copyFolder(from, to: "\(inside)/\(name)", keep: keep)
            } else if TreePath.readLink(from) == nil, FileSystem.isFile(from), keep(name) {
                try copy(from, to: "\(inside)/\(name)")
            }
        }
    }

    /// Files with their paths inside, sorted, and folders, parents first.
    /// - Parameter plain: only plain files; else all that is no folder, symlinks too.
    public func contents(plain: Bool = false) throws -> (folders: [String], files: [String]) {
        var folders: [String] = []
        var files: [String] = []
        func walk(_ folder: String, _ inside: String) throws {
            for name in try FileSystem.names(in: folder) {
                let below = inside.isEmpty ? name : "\(inside)/\(name)"
                if FileSystem.isRealFolder("\(folder)/\(name)") {
                    folders.append(below)
                    try walk("\(folder)/\(name)", below)
                } else if !plain
                    || TreePath.readLink("\(folder)/\(name)") == nil && FileSystem.isFile("\(folder)/\(name)")
                {
                    files.append(below)
                }
            }
        }
        if FileSystem.isFolder(path) { try walk(path, "") }
        return (folders, files)
    }

    /// Gives everything one time.
    public func setTimes(_ clock: Int64) throws {
        let (folders, files) = try contents()
        for inside in files + folders.reversed() + [""] {
            let times = [
                timespec(tv_sec: time_t(clock), tv_nsec: 0), timespec(tv_sec: time_t(clock), tv_nsec: 0),
            ]
            guard utimensat(AT_FDCWD, "\(path)/\(inside)", times, AT_SYMLINK_NOFOLLOW) == 0 else {
                throw FileError.current("set the time of", "\(path)/\(inside)")
            }
        }
    }
}
