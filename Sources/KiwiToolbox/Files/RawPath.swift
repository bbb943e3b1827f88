#if canImport(Glibc)
    import Glibc
#endif

/// A path as the kernel knows it: bytes, which need not be UTF-8.
///
/// Whoever walks through trees of other people uses it: a `String` cannot hold every file name.
public struct RawPath: Hashable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The path of a name in this folder; that of the name alone when this path is empty.
    public func appending(_ name: RawPath) -> RawPath {
        bytes.isEmpty ? name : RawPath(bytes + [UInt8(ascii: "/")] + name.bytes)
    }

    /// For calls of the C library.
    public var c: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

    /// nil when it is not UTF-8.
    public var text: String? { String(validating: bytes, as: UTF8.self) }

    /// For people: what is not UTF-8 is replaced.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Facts of the file itself, not of what a symlink points to.
    /// - Throws: `FileError`.
    public func status() throws -> stat {
        var info = stat()
        guard lstat(c, &info) == 0 else { throw FileError.current("look at", description) }
        return info
    }

    /// Names in this folder, sorted by bytes, without `.` and `..`.
    /// - Throws: `FileError`.
    public func names() throws -> [RawPath] {
        guard let handle = opendir(c) else { throw FileError.current("list", description) }
        defer { closedir(handle) }
        var names: [RawPath] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: UInt8.self, capacity: 256) { start in
                    Array(
                        UnsafeBufferPointer(
                            start: start,
                            count: strlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self))))
                }
            }
            if name != [0x2e], name != [0x2e, 0x2e] { names.append(RawPath(name)) }
        }
        return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// The target of a symlink; nil when it is none.
    public func linkTarget() -> RawPath? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = buffer.withUnsafeMutableBytes {
            readlink(c, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return count >= 0 ? RawPath(Array(buffer[..<count])) : nil
    }
}
