import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// What must be laid over one tree to get another: a layer of a container.
struct TreeDifference: Sendable {
    /// Members with their folders, sorted.
    var members: [RawPath] = []
    /// What is gone. What lies below is not named.
    var removed: [RawPath] = []

    /// - Parameters:
    ///   - known: what of the old tree is in no layer below.
    ///   - clock: times later than this count as this, as the archive has them.
    /// - Throws: `FileError` when a file cannot be read.
    init(
        from old: String, without known: Exclusions, to new: String, without exclusions: Exclusions,
        clock: Int64
    ) throws {
        let before = Table(try TreeEntries(of: old, without: known).entries)
        let after = Table(try TreeEntries(of: new, without: exclusions).entries)
        var changed: Set<RawPath> = []
        for entry in after.entries {
            if let known = before[entry.path], try Self.equal(known, in: old, entry, in: new, clock) {
                continue
            }
            changed.insert(entry.path)
        }
        // All names of a file are one member: none may stay with the old content or number.
        for names in after.links.values where names.count > 1 {
            let same = Set(names.map { before[$0]?.hardLink })
            if same.count == 1, same.first != .some(nil), changed.isDisjoint(with: names) { continue }
            changed.formUnion(names)
        }
        for entry in before.entries where after[entry.path] == nil {
            if let parent = removed.last, entry.path.lies(below: parent) { continue }
            // A folder that is something else now takes all it held with it.
            guard after[entry.path.parent]?.isFolder ?? entry.path.parent.bytes.isEmpty else { continue }
            removed.append(entry.path)
        }
        for path in Array(changed) + removed {
            var folder = path.parent
            while !folder.bytes.isEmpty, changed.insert(folder).inserted { folder = folder.parent }
        }
        members = changed.sorted()
    }

    /// The names that mark what is gone, as members without content.
    func whiteouts(clock: Int64) -> [TarHeader] {
        removed.map { path in
            TarHeader(
                path: path.parent.appending(Array(".wh.".utf8) + path.name), kind: .file, mode: 0,
                time: clock)
        }
    }

    private struct Table {
        var entries: [TreeEntry]
        /// The names of each file that has several.
        var links: [HardLink: [RawPath]] = [:]
        private var byPath: [RawPath: Int] = [:]

        init(_ entries: [TreeEntry]) {
            self.entries = entries
            for (index, entry) in entries.enumerated() {
                byPath[entry.path] = index
                if entry.isFile, entry.links > 1 { links[entry.hardLink, default: []].append(entry.path) }
            }
        }

        subscript(path: RawPath) -> TreeEntry? { byPath[path].map { entries[$0] } }
    }

    private static func equal(
        _ old: TreeEntry, in oldTree: String, _ new: TreeEntry, in newTree: String, _ clock: Int64
    ) throws -> Bool {
        guard old.mode == new.mode, old.userID == new.userID, old.groupID == new.groupID,
            min(old.time, clock) == min(new.time, clock)
        else { return false }
        let places = (old.path.place(below: oldTree), new.path.place(below: newTree))
        let attributes = ExtendedAttributes.read
        guard attributes(places.0).elementsEqual(attributes(places.1), by: { $0 == $1 }) else { return false }
        switch new.type {
        case S_IFREG:
            guard old.size == new.size else { return false }
            return try new.size == 0 || sameContent(places.0, places.1, new)
        case S_IFLNK: return old.path.linkTarget(below: oldTree) == new.path.linkTarget(below: newTree)
        case S_IFCHR, S_IFBLK: return old.nodeDevice == new.nodeDevice
        default: return true
        }
    }

    /// Compares what two files of one size hold; what is a hole in both is not read.
    private static func sameContent(_ first: [CChar], _ second: [CChar], _ entry: TreeEntry) throws -> Bool {
        let descriptors = (open(first, O_RDONLY | O_CLOEXEC), open(second, O_RDONLY | O_CLOEXEC))
        defer {
            close(descriptors.0)
            close(descriptors.1)
        }
        guard descriptors.0 >= 0, descriptors.1 >= 0 else {
            throw FileError.current("read", entry.path.text)
        }
        var buffers = ([UInt8](repeating: 0, count: 1 << 17), [UInt8](repeating: 0, count: 1 << 17))
        let parts =
            FileHoles.data(of: descriptors.0, size: entry.size)
            + FileHoles.data(of: descriptors.1, size: entry.size)
        var offset: Int64 = 0
        for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            offset = max(offset, part.lowerBound)
            while offset < part.upperBound {
                let wanted = Int(min(Int64(buffers.0.count), part.upperBound - offset))
                let counts = (
                    try fill(&buffers.0, descriptors.0, wanted, offset, entry.path),
                    try fill(&buffers.1, descriptors.1, wanted, offset, entry.path)
                )
                guard counts.0 == counts.1 else { return false }
                if counts.0 == 0 { return true }
                let same = buffers.0.withUnsafeBytes { left in
                    buffers.1.withUnsafeBytes { memcmp(left.baseAddress!, $0.baseAddress!, counts.0) == 0 }
                }
                if !same { return false }
                offset += Int64(counts.0)
            }
        }
        return true
    }

    private static func fill(
        _ buffer: inout [UInt8], _ descriptor: Int32, _ wanted: Int, _ offset: Int64, _ path: RawPath
    ) throws -> Int {
        var filled = 0
        while filled < wanted {
            let count = buffer.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + filled, wanted - filled, off_t(offset) + off_t(filled))
            }
            guard count >= 0 else { throw FileError.current("read", path.text) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }
}

extension RawPath {
    /// Whether it is inside that folder, at any depth.
    func lies(below folder: RawPath) -> Bool {
        bytes.count > folder.bytes.count && bytes[folder.bytes.count] == Self.slash
            && bytes.starts(with: folder.bytes)
    }
}
