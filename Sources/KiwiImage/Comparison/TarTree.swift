import KiwiRootTree
import KiwiToolbox

/// Reads a tar archive into an index. Nothing is written anywhere.
enum TarTree {
    /// - Parameter descriptor: an open file or pipe with the plain archive.
    /// - Throws: `TarFailure` when it is damaged.
    static func index(of descriptor: Int32) throws -> TreeIndex {
        var index = TreeIndex()
        var reader = TarReader(descriptor)
        while let member = try reader.next() {
            let path = TreeIndex.path(member.path)
            guard member.kind != .hardLink else {
                let target = TreeIndex.path(member.linkTarget)
                // In a layer it may lead to a file of a layer below.
                var entry = ComparedEntry(kind: .file, mode: member.mode, user: 0, group: 0)
                entry.content = "hard link to \(target)"
                index.entries[path] = index.entries[target] ?? entry
                continue
            }
            var entry = ComparedEntry(
                kind: kind(member.kind), mode: member.mode, user: Int(member.userID),
                group: Int(member.groupID))
            entry.time = Int64(member.time.tv_sec)
            for (name, value) in member.attributes { entry.setAttribute(name, value) }
            switch member.kind {
            case .symlink: entry.content = TreeIndex.text(member.linkTarget)
            case .characterDevice, .blockDevice: entry.content = "\(member.major):\(member.minor)"
            case .file:
                entry.size = member.sparseSize ?? member.size
                var kept: [UInt8]? = TreeIndex.keptPaths.contains(path) ? [] : nil
                entry.content = try digest(of: member, &reader, keeping: &kept)
                index.kept[path] = kept
            default: break
            }
            index.entries[path] = entry
        }
        return index
    }

    private static func kind(_ kind: TarMember.Kind) -> ComparedEntry.Kind {
        switch kind {
        case .file, .hardLink: .file
        case .symlink: .link
        case .characterDevice: .characterDevice
        case .blockDevice: .blockDevice
        case .folder: .folder
        case .pipe: .fifo
        }
    }

    private static func digest(of member: TarMember, _ reader: inout TarReader, keeping kept: inout [UInt8]?)
        throws -> String
    {
        var digest = RunningDigest()
        guard let size = member.sparseSize else {
            while case let bytes = try reader.content(1 << 18), !bytes.isEmpty {
                digest.update(bytes)
                if let count = kept?.count, count < 64 << 20 { kept?.append(contentsOf: bytes) }
            }
            return digest.hex
        }
        let zeros = [UInt8](repeating: 0, count: 1 << 18)
        var place: Int64 = 0
        func skip(to offset: Int64) throws {
            guard offset >= place else { throw TarFailure("the map of a file with holes is damaged") }
            while place < offset {
                let count = Int(min(Int64(zeros.count), offset - place))
                digest.update(zeros[..<count])
                place += Int64(count)
            }
        }
        for part in try reader.sparseParts(of: member, size) {
            try skip(to: part.offset)
            while place < part.offset + part.size {
                let bytes = try reader.content(Int(min(part.offset + part.size - place, 1 << 18)))
                guard !bytes.isEmpty else { throw TarFailure("a file is shorter than it says") }
                digest.update(bytes)
                place += Int64(bytes.count)
            }
        }
        try skip(to: size)
        return digest.hex
    }
}
