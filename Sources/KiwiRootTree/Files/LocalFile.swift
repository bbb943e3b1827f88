import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Small files of the build machine and of trees, by absolute path.
enum LocalFile {
    static func exists(_ path: String) -> Bool { kind(path) != nil }

    /// The file type bits of `lstat`, nil when nothing is there.
    static func kind(_ path: String) -> mode_t? {
        var facts = stat()
        return lstat(path, &facts) == 0 ? facts.st_mode & S_IFMT : nil
    }

    static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }
    static func isFile(_ path: String) -> Bool { kind(path) == S_IFREG }
    static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    static func size(_ path: String) -> Int64 {
        var facts = stat()
        return lstat(path, &facts) == 0 ? Int64(facts.st_size) : 0
    }

    static func read(_ path: String) throws -> String {
        String(decoding: try readBytes(path), as: UTF8.self)
    }

    /// The text of a file, nil when there is none.
    static func readIfPresent(_ path: String) -> String? { try? read(path) }

    static func readBytes(_ path: String, limit: Int = .max) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("open", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < limit {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw FileError.current("read", path) }
            if count == 0 { break }
            bytes += buffer[..<min(count, limit - bytes.count)]
        }
        return bytes
    }

    /// Makes a new file in place of whatever file or symlink has that name: never writes through a link.
    static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError.current("create", path) }
        defer { close(descriptor) }
        guard fchmod(descriptor, mode) == 0 else { throw FileError.current("chmod", path) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw FileError.current("write", path) }
            bytes = bytes.dropFirst(count)
        }
    }

    static func makeFolders(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Names in a folder, sorted bytewise; empty when it is missing.
    static func list(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }

    static func rename(_ from: String, to target: String) throws {
        guard Glibc.rename(from, target) == 0 else { throw FileError.current("rename", from) }
    }

    /// A hard link, or a copy where links are impossible (other file system).
    static func linkOrCopy(_ from: String, to target: String) throws {
        if link(from, target) == 0 || errno == EEXIST { return }
        let partial = target + ".partial-\(getpid())"
        try copyData(from, to: partial)
        try rename(partial, to: target)
    }

    /// Copies content and permission bits into a new file.
    static func copyData(_ from: String, to target: String) throws {
        let source = open(from, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw FileError.current("open", from) }
        defer { close(source) }
        var facts = stat()
        guard fstat(source, &facts) == 0 else { throw FileError.current("stat", from) }
        unlink(target)
        let sink = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard sink >= 0 else { throw FileError.current("create", target) }
        defer { close(sink) }
        try copyContent(source, sink, target)
        guard fchmod(sink, facts.st_mode & 0o7777) == 0 else { throw FileError.current("chmod", target) }
    }

    private static func copyContent(_ source: Int32, _ sink: Int32, _ target: String) throws {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(source, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw FileError.current("read", target) }
            if count == 0 { return }
            var rest = buffer[..<count]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { Glibc.write(sink, $0.baseAddress, $0.count) }
                guard written > 0 else { throw FileError.current("write", target) }
                rest = rest.dropFirst(written)
            }
        }
    }
}
