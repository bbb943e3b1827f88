#if canImport(Glibc)
    import Glibc
#endif

/// A path as the bytes that the file system has: names need not be UTF-8.
///
/// Whoever walks through trees of other people uses it: a `String` cannot hold every file name.
/// Some paths are inside a tree and used with the tree's folder (`below:`), others are the machine's.
public struct RawPath: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Inside a tree without a slash at the start or end; empty for the tree itself.
    public var bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// By names, so that a folder comes right before what it holds.
    public static func < (left: RawPath, right: RawPath) -> Bool {
        // A slash sorts before every other byte.
        left.bytes.lexicographicallyPrecedes(right.bytes) { order($0) < order($1) }
    }

    private static func order(_ byte: UInt8) -> Int { byte == slash ? 0 : Int(byte) + 1 }

    public static let slash = UInt8(ascii: "/")

    public func appending(_ name: [UInt8]) -> RawPath {
        RawPath(bytes.isEmpty ? name : bytes + [Self.slash] + name)
    }

    public var name: [UInt8] { Array(bytes.suffix(while: { $0 != Self.slash })) }

    public var parent: RawPath {
        guard let cut = bytes.lastIndex(of: Self.slash) else { return RawPath([]) }
        return RawPath(Array(bytes[..<cut]))
    }

    public func appending(_ name: RawPath) -> RawPath { appending(name.bytes) }

    /// For messages: what is not UTF-8 is replaced.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public var description: String { text }

    /// nil when it is not UTF-8.
    public var utf8: String? { String(validating: bytes, as: UTF8.self) }

    /// Zero-terminated, for calls of the C library.
    public var c: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

    /// Facts of the file itself, not of what a symlink points to.
    /// - Throws: `FileError`.
    public func status() throws -> stat {
        var info = stat()
        guard lstat(c, &info) == 0 else { throw FileError.current("look at", text) }
        return info
    }

    /// The names in this folder of the machine, sorted by bytes, without `.` and `..`.
    /// - Throws: `FileError`.
    public func names() throws -> [RawPath] { try Self.names(at: c, text).map(RawPath.init) }

    /// The target of a symlink of the machine; nil when it is none.
    public func linkTarget() -> RawPath? { Self.linkTarget(at: c).map(RawPath.init) }

    /// Where a link leads; nil when there is none.
    public func linkTarget(below root: String) -> [UInt8]? { Self.linkTarget(at: place(below: root)) }

    /// The names in this folder, sorted by bytes.
    public func names(below root: String) throws -> [[UInt8]] {
        try Self.names(at: place(below: root), "\(root)/\(text)")
    }

    private static func linkTarget(at place: [CChar]) -> [UInt8]? {
        var target = [UInt8](repeating: 0, count: 4096)
        let count = target.withUnsafeMutableBytes {
            readlink(place, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return count < 0 ? nil : Array(target[..<count])
    }

    private static func names(at place: [CChar], _ text: String) throws -> [[UInt8]] {
        guard let handle = opendir(place) else { throw FileError.current("list", text) }
        defer { closedir(handle) }
        var names: [[UInt8]] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2e], name != [0x2e, 0x2e] { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// The zero-terminated path on the machine of this path below a folder.
    public func place(below root: String) -> [CChar] {
        (Array(root.utf8) + (bytes.isEmpty ? [] : [Self.slash] + bytes) + [0]).map { CChar(bitPattern: $0) }
    }
}

extension Array {
    /// The longest end whose elements all satisfy a condition.
    fileprivate func suffix(while condition: (Element) -> Bool) -> ArraySlice<Element> {
        var start = endIndex
        while start > startIndex, condition(self[start - 1]) { start -= 1 }
        return self[start...]
    }
}
