import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// File operations on trees and stores that never write through a link.
enum LocalFile {
    /// The file type bits of `lstat`, nil when nothing is there.
    static func kind(_ path: String) -> mode_t? { kind(RawPath(path)) }

    static func kind(_ path: RawPath) -> mode_t? { (try? path.status()).map { $0.st_mode & S_IFMT } }

    /// Whether it is a regular file and not a link to one.
    static func isFile(_ path: String) -> Bool { FileSystem.isRegularFile(path) }

    static func size(_ path: String) -> Int64 { FileSystem.size(of: path) ?? 0 }

    /// The text of a file, nil when there is none.
    static func readIfPresent(_ path: String) -> String? { try? FileSystem.readText(path) }

    /// The first bytes of a file, at most `limit`.
    static func readBytes(_ path: String, limit: Int = .max) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(limit, 1 << 16))
        while bytes.count < limit {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw FileError.current("read", path) }
            if count == 0 { break }
            bytes += buffer[..<min(count, limit - bytes.count)]
        }
        return bytes
    }

    /// Makes a new file in place of whatever file or symlink has that name.
    static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        unlink(path)
        try FileSystem.write(text, to: path, mode: mode)
    }

    /// Names in a folder, sorted by bytes; empty when it is missing.
    static func list(_ path: String) -> [String] { (try? FileSystem.names(in: path)) ?? [] }

    /// Removes a file or folder if it is there.
    static func remove(_ path: String) { try? FileSystem.removeTree(path) }

    /// A hard link, or a copy where links are impossible (other file system).
    static func linkOrCopy(_ from: String, to target: String) throws {
        if link(from, target) == 0 || errno == EEXIST { return }
        let partial = "\(target).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp"
        try copyData(from, to: partial)
        try FileSystem.rename(partial, to: target)
    }

    /// Copies content and permission bits into a new file; blocks of zeros become holes.
    static func copyData(_ from: String, to target: String) throws {
        try copyData(RawPath(from), to: RawPath(target))
    }

    static func copyData(_ from: RawPath, to target: RawPath) throws {
        let source = open(from.c, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw FileError.current("read", from.text) }
        defer { close(source) }
        var facts = stat()
        guard fstat(source, &facts) == 0 else { throw FileError.current("look at", from.text) }
        unlink(target.c)
        let sink = open(target.c, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard sink >= 0 else { throw FileError.current("write", target.text) }
        defer { close(sink) }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var size: off_t = 0
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(source, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw FileError.current("read", from.text) }
            if count == 0 { break }
            size += off_t(count)
            if count == buffer.count, buffer.allSatisfy({ $0 == 0 }) {
                guard lseek(sink, off_t(count), SEEK_CUR) >= 0 else {
                    throw FileError.current("write", target.text)
                }
                continue
            }
            var rest = buffer[..<count]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { Glibc.write(sink, $0.baseAddress, $0.count) }
                guard written > 0 else { throw FileError.current("write", target.text) }
                rest = rest.dropFirst(written)
            }
        }
        guard ftruncate(sink, size) == 0, fchmod(sink, facts.st_mode & 0o7777) == 0 else {
            throw FileError.current("complete", target.text)
        }
    }
}
