import CKiwiLinux
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The folder of a boot server, as clients see it: nothing outside can be reached, whatever they ask for
/// and whatever links the folder holds.
public final class ServedTree: Sendable {
    public let path: String
    private let folder: Int32

    /// Why a client does not get a file.
    public enum Refusal: Error, Sendable, Equatable {
        case missing
        /// A name that is never served, or a file that not everybody may read.
        case forbidden(String)
    }

    /// A file that a client reads.
    public struct File: Sendable {
        /// To be closed by who asked for it.
        public var descriptor: Int32
        public var size: Int64
        /// Of the last change, in seconds since 1970.
        public var time: Int64
    }

    /// - Throws: `FileError` when the folder cannot be opened.
    public init(_ path: String) throws {
        self.path = path
        folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw FileError.current("open", path) }
    }

    deinit { close(folder) }

    /// Opens a file for reading.
    ///
    /// As with other boot servers, only files that everybody on this machine may read are given away, so that
    /// a server run by root is not the way to a private one.
    public func file(_ name: String) throws(Refusal) -> File {
        let clean = try Self.cleaned(name)
        // A named pipe must not make the server wait.
        let descriptor = kiwi_open_beneath(folder, clean, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG
                ? .missing
                : .forbidden(errno == EXDEV ? "leads out of the folder" : String(cString: strerror(errno)))
        }
        var facts = stat()
        let reason: String? =
            if fstat(descriptor, &facts) != 0 || facts.st_mode & S_IFMT != S_IFREG {
                "no regular file"
            } else if facts.st_mode & S_IROTH == 0 {
                "not readable by everybody"
            } else { nil }
        if let reason {
            close(descriptor)
            throw .forbidden(reason)
        }
        return File(descriptor: descriptor, size: Int64(facts.st_size), time: Int64(facts.st_mtim.tv_sec))
    }

    /// Opens a folder of the tree itself.
    func subfolder(_ name: String) throws -> Int32 {
        let descriptor = kiwi_open_beneath(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
        guard descriptor >= 0 else { throw FileError.current("open", "\(path)/\(name)") }
        return descriptor
    }

    /// The name of a file below the folder. Uploads are nobody's business but the server's, hidden files
    /// belong to tools.
    static func cleaned(_ name: String) throws(Refusal) -> String {
        guard !name.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
            throw .forbidden("control characters in the name")
        }
        let parts = name.split(separator: "/").filter { $0 != "." }
        guard !parts.isEmpty else { throw .missing }
        if parts.contains("..") { throw .forbidden("leads out of the folder") }
        if parts.contains(where: { $0.hasPrefix(".") }) { throw .forbidden("hidden") }
        if parts[0] == "upload" { throw .forbidden("uploads are not given away") }
        return parts.joined(separator: "/")
    }
}
