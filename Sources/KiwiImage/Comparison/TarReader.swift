import KiwiDiagnostics
import KiwiToolbox

/// Reads a stream of archive bytes into an index. Nothing is written anywhere.
protocol ArchiveReader: Sendable {
    /// Takes the next bytes of the stream.
    /// - Throws: a diagnostic when the archive is damaged.
    mutating func feed(_ bytes: ArraySlice<UInt8>) throws(Diagnostic)
    /// - Throws: a diagnostic when the archive ends too early.
    mutating func finish() throws(Diagnostic) -> TreeIndex
}

/// A tar archive in ustar, pax or GNU format.
///
///     header 512 bytes | content, padded to 512 | ... | two blocks of zeros
///     name 0, mode 100, uid 108, gid 116, size 124, mtime 136, sum 148, type 156, link 157,
///     device 329 and 337, prefix 345
///     type x: lines "LENGTH KEY=VALUE\n" about the next member; L and K: its name and link in GNU format
///     type S: 4 pieces of a sparse file at 386 (offset 12, length 12), "more blocks follow" 482, size 483;
///     each further block has 21 pieces and the flag at 504
struct TarReader: ArchiveReader {
    private var index = TreeIndex()
    private var block: [UInt8] = []
    private var member: Member?
    /// The pax records for the next member.
    private var records: [String: [UInt8]] = [:]
    private var links: [(path: String, target: String)] = []
    /// A sparse member in GNU format whose map goes on in further blocks.
    private var extended: (member: Member, pieces: [SparseContent.Piece], size: Int64)?
    private var ended = false

    /// What the bytes after a header belong to.
    private struct Member {
        var remaining: Int64
        var padding: Int
        var path: String
        /// Nil for records and content that is not looked at.
        var entry: TreeEntry?
        /// The type of a member whose content is about the next one.
        var record: UInt8?
        var digest = RunningDigest()
        var kept: [UInt8]?
        var sparse: SparseContent?
    }

    private static let recordLimit: Int64 = 4 << 20

    mutating func feed(_ bytes: ArraySlice<UInt8>) throws(Diagnostic) {
        var rest = bytes
        while !rest.isEmpty, !ended {
            if member != nil {
                try take(&rest)
            } else {
                let count = min(512 - block.count, rest.count)
                block += rest.prefix(count)
                rest = rest.dropFirst(count)
                if block.count == 512 { try extended == nil ? readHeader() : readSparseBlock() }
            }
        }
    }

    mutating func finish() throws(Diagnostic) -> TreeIndex {
        guard member == nil, extended == nil, block.isEmpty else {
            throw Self.damaged("it ends in the middle of a member")
        }
        for (path, target) in links {
            guard let entry = index.entries[target] else {
                var entry = TreeEntry(kind: .file, mode: 0, user: 0, group: 0)
                entry.content = "hard link to \(target)"
                index.entries[path] = entry
                continue
            }
            index.entries[path] = entry
        }
        return index
    }

    private mutating func readHeader() throws(Diagnostic) {
        let header = block
        block = []
        guard header.contains(where: { $0 != 0 }) else {
            ended = true
            return
        }
        let sum = header.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 32 : Int($1.element)) }
        guard try Self.number(header[148..<156]) == Int64(sum) else {
            throw Self.damaged("a header is wrong")
        }
        let type = header[156]
        var size = try Self.number(header[124..<136])
        if type != UInt8(ascii: "x"), type != UInt8(ascii: "g"), let text = records["size"] {
            guard let number = Int64(String(decoding: text, as: UTF8.self)), number >= 0 else {
                throw Self.damaged("a size is wrong")
            }
            size = number
        }
        let name = Self.text(header[0..<100])
        let prefix = header[257..<263].starts(with: Array("ustar\0".utf8)) ? Self.text(header[345..<500]) : []
        let path = TreeIndex.path(
            records["GNU.sparse.name"] ?? records["path"] ?? (prefix.isEmpty ? name : prefix + [47] + name))
        if "xgLK".utf8.contains(type) {
            guard size <= Self.recordLimit else { throw Self.damaged("a record is too large") }
            var record = Member(remaining: size, padding: Self.padding(size), path: "", kept: [])
            record.record = type
            try begin(record)
            return
        }
        defer { records = [:] }
        guard let kind = Self.kind(type) else {
            if type == UInt8(ascii: "1") {
                links.append((path, TreeIndex.path(records["linkpath"] ?? Self.text(header[157..<257]))))
            }
            try begin(Member(remaining: size, padding: Self.padding(size), path: "", kept: nil))
            return
        }
        var entry = TreeEntry(
            kind: kind, mode: UInt32(truncatingIfNeeded: try Self.number(header[100..<108])),
            user: try number("uid", header[108..<116]), group: try number("gid", header[116..<124]))
        let seconds = records["mtime"].flatMap { Double(String(decoding: $0, as: UTF8.self)) }
        entry.time = seconds.flatMap { Int64(exactly: $0.rounded(.down)) }
        if entry.time == nil { entry.time = try Self.number(header[136..<148]) }
        for (key, value) in records {
            if key.hasPrefix("SCHILY.xattr.") { entry.setAttribute(String(key.dropFirst(13)), value) }
            if key.hasPrefix("SCHILY.acl.") { entry.setAttribute("acl." + key.dropFirst(11), value) }
        }
        switch kind {
        case .link: entry.content = TreeIndex.text(records["linkpath"] ?? Self.text(header[157..<257]))
        case .characterDevice, .blockDevice:
            entry.content = "\(try Self.number(header[329..<337])):\(try Self.number(header[337..<345]))"
        default: break
        }
        guard kind == .file else {
            index.entries[path] = entry
            try begin(Member(remaining: size, padding: Self.padding(size), path: "", kept: nil))
            return
        }
        var member = Member(remaining: size, padding: Self.padding(size), path: path, entry: entry)
        entry.size = size
        if let sparse = try sparseRecords() {
            entry.size = sparse.size
            member.sparse = sparse
        } else if type == UInt8(ascii: "S") {
            entry.size = try Self.number(header[483..<495])
            member.entry = entry
            let pieces = try Self.pieces(header[386..<482])
            if header[482] != 0 {
                extended = (member, pieces, entry.size)
                return
            }
            member.sparse = SparseContent(size: entry.size, pieces: pieces)
        }
        member.entry = entry
        if TreeIndex.keptPaths.contains(path) { member.kept = [] }
        try begin(member)
    }

    /// What pax records say about a sparse file, in GNU's formats 0.1 and 1.0.
    private func sparseRecords() throws(Diagnostic) -> SparseContent? {
        func number(_ key: String) -> Int64? {
            records[key].flatMap { Int64(String(decoding: $0, as: UTF8.self)) }.flatMap { $0 < 0 ? nil : $0 }
        }
        if records["GNU.sparse.major"] != nil {
            guard let size = number("GNU.sparse.realsize") else {
                throw Self.damaged("a sparse file has no size")
            }
            return SparseContent(size: size)
        }
        if records["GNU.sparse.offset"] != nil {
            throw Diagnostic(
                "archive-format", "the archive has sparse files in the form 0.0, which is not read",
                remedy: "write it with 'tar --sparse --format=posix'")
        }
        guard let map = records["GNU.sparse.map"] else { return nil }
        guard let size = number("GNU.sparse.size") else { throw Self.damaged("a sparse file has no size") }
        let numbers = map.split(separator: UInt8(ascii: ",")).compactMap {
            Int64(String(decoding: $0, as: UTF8.self))
        }
        let pieces = stride(from: 0, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
        return SparseContent(size: size, pieces: pieces)
    }

    private mutating func readSparseBlock() throws(Diagnostic) {
        guard var current = extended else { return }
        current.pieces += try Self.pieces(block[0..<504])
        let goesOn = block[504] != 0
        block = []
        guard current.pieces.count < 1 << 20 else {
            throw Self.damaged("the map of a sparse file is too large")
        }
        extended = goesOn ? current : nil
        guard !goesOn else { return }
        current.member.sparse = SparseContent(size: current.size, pieces: current.pieces)
        try begin(current.member)
    }

    private static func pieces(_ bytes: ArraySlice<UInt8>) throws(Diagnostic) -> [SparseContent.Piece] {
        var pieces: [SparseContent.Piece] = []
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 24) where bytes[start] != 0 {
            pieces.append((try number(bytes[start..<start + 12]), try number(bytes[start + 12..<start + 24])))
        }
        return pieces
    }

    private mutating func begin(_ new: Member) throws(Diagnostic) {
        member = new
        if new.remaining == 0 { try complete(new) }
    }

    private mutating func take(_ rest: inout ArraySlice<UInt8>) throws(Diagnostic) {
        guard var current = member else { return }
        // Only one holds the bytes kept so far, so that they grow in place.
        member = nil
        guard current.remaining > 0 else {
            let count = min(current.padding, rest.count)
            rest = rest.dropFirst(count)
            current.padding -= count
            member = current.padding == 0 ? nil : current
            return
        }
        let piece = rest.prefix(Int(min(current.remaining, Int64(rest.count))))
        rest = rest.dropFirst(piece.count)
        current.remaining -= Int64(piece.count)
        if current.sparse != nil {
            try current.sparse?.feed(piece, into: &current.digest)
        } else if current.entry != nil {
            current.digest.update(piece)
        }
        if let kept = current.kept, kept.count < 64 << 20 { current.kept?.append(contentsOf: piece) }
        if current.remaining == 0 {
            try complete(current)
        } else {
            member = current
        }
    }

    /// All content of a member was read; its padding follows.
    private mutating func complete(_ done: Member) throws(Diagnostic) {
        var done = done
        if var entry = done.entry {
            try done.sparse?.finish(into: &done.digest)
            entry.content = done.digest.hex
            index.entries[done.path] = entry
            if let kept = done.kept { index.kept[done.path] = kept }
        } else if let kept = done.kept {
            switch done.record {
            case UInt8(ascii: "x"): records.merge(try Self.records(kept)) { $1 }
            case UInt8(ascii: "L"): records["path"] = Self.text(kept[...])
            case UInt8(ascii: "K"): records["linkpath"] = Self.text(kept[...])
            // Records about all members say nothing that is compared.
            default: break
            }
        }
        member = done.padding == 0 ? nil : done
    }

    private func number(_ key: String, _ field: ArraySlice<UInt8>) throws(Diagnostic) -> Int {
        if let text = records[key], let value = Int(String(decoding: text, as: UTF8.self)) { return value }
        return Int(try Self.number(field))
    }

    private static func records(_ bytes: [UInt8]) throws(Diagnostic) -> [String: [UInt8]] {
        var records: [String: [UInt8]] = [:]
        var rest = bytes[...]
        while let blank = rest.firstIndex(of: 32) {
            guard let length = Int(String(decoding: rest[..<blank], as: UTF8.self)),
                length > blank - rest.startIndex + 1, length <= rest.count
            else { throw damaged("a record is wrong") }
            let record = rest[(blank + 1)..<(rest.startIndex + length - 1)]
            guard let sign = record.firstIndex(of: UInt8(ascii: "=")) else {
                throw damaged("a record is wrong")
            }
            records[String(decoding: record[..<sign], as: UTF8.self)] = Array(record[(sign + 1)...])
            rest = rest.dropFirst(length)
        }
        return records
    }

    private static func kind(_ type: UInt8) -> TreeEntry.Kind? {
        switch type {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"), UInt8(ascii: "S"): .file
        case UInt8(ascii: "2"): .link
        case UInt8(ascii: "3"): .characterDevice
        case UInt8(ascii: "4"): .blockDevice
        case UInt8(ascii: "5"): .folder
        case UInt8(ascii: "6"): .fifo
        default: nil
        }
    }

    /// Octal digits, or a binary number when the first bit is set.
    private static func number(_ field: ArraySlice<UInt8>) throws(Diagnostic) -> Int64 {
        if let first = field.first, first & 0x80 != 0 {
            guard first != 0xff else { return 0 }
            let value = field.dropFirst().suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard let number = Int64(exactly: value) else { throw damaged("a number is too large") }
            return number
        }
        let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
        if digits.isEmpty { return 0 }
        guard let number = Int64(String(decoding: digits, as: UTF8.self), radix: 8), number >= 0 else {
            throw damaged("a number is wrong")
        }
        return number
    }

    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

    private static func padding(_ size: Int64) -> Int { Int((512 - size % 512) % 512) }

    static func damaged(_ reason: String) -> Diagnostic {
        Diagnostic("archive-damaged", "the archive is damaged: \(reason)")
    }
}
