#if canImport(Glibc)
    import Glibc
#endif

/// A path inside a tree as the bytes that the file system has: names need not be UTF-8.
public struct RawPath: Hashable, Comparable, Sendable {
    /// Without a slash at the start or end; empty for the tree itself.
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

    /// For messages.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Where a link leads; nil when there is none.
    public func linkTarget(below root: String) -> [UInt8]? {
        var target = [UInt8](repeating: 0, count: 4096)
        let count = target.withUnsafeMutableBytes {
            readlink(place(below: root), $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return count < 0 ? nil : Array(target[..<count])
    }

    /// The names in this folder, sorted by bytes.
    public func names(below root: String) throws -> [[UInt8]] {
        guard let handle = opendir(place(below: root)) else {
            throw FileError.current("list", "\(root)/\(text)")
        }
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
