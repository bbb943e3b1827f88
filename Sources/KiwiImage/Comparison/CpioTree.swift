import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Reads a cpio archive in newc format into an index. Nothing is written anywhere.
///
///     "070701" or "070702", 13 numbers of 8 hex digits: inode, mode, uid, gid, links, mtime, size,
///     device 2, special device 2, name size, sum | name, padded to 4 | content, padded to 4
struct CpioTree {
    private let descriptor: Int32
    private var index = TreeIndex()
    /// Names of hard-linked files by device and inode: the content comes with the last one.
    private var linked: [[Int64]: [String]] = [:]

    /// - Parameter descriptor: an open file or pipe with the plain archive.
    /// - Throws: `TarFailure` when it is damaged.
    static func index(of descriptor: Int32) throws -> TreeIndex {
        var tree = CpioTree(descriptor: descriptor)
        while try tree.readMember() {}
        tree.index.hasAttributes = false
        return tree.index
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// - Returns: false at the end of the archive.
    private mutating func readMember() throws -> Bool {
        let header = try read(110)
        guard header.starts(with: "070701".utf8) || header.starts(with: "070702".utf8) else {
            throw TarFailure("a header is wrong")
        }
        var numbers: [Int64] = []
        for start in stride(from: 6, to: 110, by: 8) {
            guard let number = Int64(String(decoding: header[start..<start + 8], as: UTF8.self), radix: 16),
                number >= 0
            else { throw TarFailure("a number is wrong") }
            numbers.append(number)
        }
        let (size, nameSize) = (numbers[6], Int(numbers[11]))
        guard nameSize > 0, nameSize <= 1 << 16 else { throw TarFailure("a name is too long") }
        let name = try read(nameSize).prefix { $0 != 0 }
        _ = try read((4 - (110 + nameSize) % 4) % 4)
        if name.elementsEqual("TRAILER!!!".utf8) { return false }
        let path = TreeIndex.path(name)
        var digest = RunningDigest()
        let kind = ComparedEntry.Kind(mode: UInt32(truncatingIfNeeded: numbers[1]))
        let keeps = kind == .link || TreeIndex.keptPaths.contains(path)
        var kept: [UInt8] = []
        var left = size
        while left > 0 {
            let bytes = try read(Int(min(left, 1 << 18)))
            digest.update(bytes)
            if keeps, kept.count < 64 << 20 { kept += bytes }
            left -= Int64(bytes.count)
        }
        _ = try read(Int((4 - size % 4) % 4))
        guard let kind else { return true }
        var entry = ComparedEntry(
            kind: kind, mode: UInt32(truncatingIfNeeded: numbers[1]), user: Int(numbers[2]),
            group: Int(numbers[3]))
        entry.time = numbers[5]
        switch kind {
        case .file:
            entry.size = size
            entry.content = digest.hex
            if keeps { index.kept[path] = kept }
        case .link: entry.content = TreeIndex.text(kept)
        case .characterDevice, .blockDevice: entry.content = "\(numbers[9]):\(numbers[10])"
        default: break
        }
        index.entries[path] = entry
        if kind == .file, numbers[4] > 1 {
            let file = [numbers[0], numbers[7], numbers[8]]
            linked[file, default: []].append(path)
            if size > 0 { for name in linked[file] ?? [] { index.entries[name] = entry } }
        }
        return true
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var filled = 0
        var bytes = [UInt8](repeating: 0, count: count)
        while filled < count {
            let result = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress! + filled, count - filled)
            }
            guard result > 0 else { throw TarFailure("it ends in the middle of a member") }
            filled += result
        }
        return bytes
    }
}
