import KiwiDiagnostics
import KiwiToolbox

import struct Crypto.SHA256

#if canImport(Glibc)
    import Glibc
#endif

/// One member of a tar archive.
public struct TarMember {
    public enum Kind { case file, hardLink, symlink, characterDevice, blockDevice, folder, pipe }

    public var path: [UInt8]
    public var kind: Kind
    public var linkTarget: [UInt8] = []
    /// Permission bits.
    public var mode: UInt32
    public var userID: UInt32
    public var groupID: UInt32
    public var time: timespec
    public var major: UInt32 = 0
    public var minor: UInt32 = 0
    /// Bytes of content in the archive.
    public var size: Int64
    public var attributes: [(name: String, value: [UInt8])] = []
    /// The size of a file with holes; nil for others.
    public var sparseSize: Int64?
    /// Where its parts belong; nil: the content begins with that map.
    public var sparseParts: [(offset: Int64, size: Int64)]?
}

/// A tar archive that cannot be read, or that is not what it should be.
public struct TarFailure: Error, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

/// Reads the members of a tar archive (ustar, pax, GNU) from a pipe, trusting nothing in it.
public struct TarReader {
    private let descriptor: Int32
    private var hash = SHA256()
    /// Content and padding of the current member not read yet.
    private var contentLeft: Int64 = 0
    private var padding: Int64 = 0

    /// Extended headers are short texts.
    private static let headerLimit: Int64 = 8 << 20

    public init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// The next member; nil at the end of the archive.
    public mutating func next() throws -> TarMember? {
        try skipContent()
        var records: [String: [UInt8]] = [:]
        var attributes: [(name: String, value: [UInt8])] = []
        var longName: [UInt8]?
        var longLink: [UInt8]?
        var parts: [Int64] = []
        while true {
            guard let block = try readBlock() else { return nil }
            if block.allSatisfy({ $0 == 0 }) { return nil }
            let header = try Header(block)
            switch header.type {
            case UInt8(ascii: "x"):
                parts = []
                guard let found = PaxRecord.read(try text(of: header)[...]) else {
                    throw TarFailure("an extended header is damaged")
                }
                for record in found {
                    let name = record.name
                    if let attribute = record.attribute {
                        attributes.append((attribute, Array(record.value)))
                    } else if name == "GNU.sparse.offset" || name == "GNU.sparse.numbytes" {
                        // The oldest form repeats these two for each part.
                        guard let number = Int64(String(decoding: record.value, as: UTF8.self)), number >= 0
                        else { throw TarFailure("an extended header is damaged") }
                        parts.append(number)
                    } else {
                        records[name] = Array(record.value)
                    }
                }
            case UInt8(ascii: "g"): _ = try text(of: header)
            case UInt8(ascii: "L"): longName = Array(try text(of: header).prefix { $0 != 0 })
            case UInt8(ascii: "K"): longLink = Array(try text(of: header).prefix { $0 != 0 })
            default:
                var member = try header.member(longName: longName, longLink: longLink, records)
                member.attributes = attributes
                if header.type == UInt8(ascii: "S") {
                    (member.sparseSize, member.sparseParts) = try sparseMap(of: header)
                } else if member.sparseSize != nil, records["GNU.sparse.major"] == nil {
                    guard parts.count % 2 == 0 else { throw TarFailure("an extended header is damaged") }
                    member.sparseParts = stride(from: 0, to: parts.count, by: 2).map {
                        (parts[$0], parts[$0 + 1])
                    }
                }
                contentLeft = member.size
                padding = (512 - member.size % 512) % 512
                return member
            }
        }
    }

    /// Up to so many bytes of the current member's content; none at its end.
    public mutating func content(_ limit: Int) throws -> [UInt8] {
        let count = Int(min(Int64(limit), contentLeft))
        guard count > 0 else { return [] }
        contentLeft -= Int64(count)
        return try read(count)
    }

    /// Reads to the end, where nothing but the archive's padding may stand.
    /// - Returns: SHA-256 of the whole archive.
    mutating func finish() throws -> Digest {
        while true {
            let bytes = try readSome(1 << 16)
            if bytes.isEmpty { break }
        }
        return Digest(bytes: hash.finalize())
    }

    /// Where the parts of a file with holes belong; call it before its content is read.
    /// - Parameter size: of the whole file.
    public mutating func sparseParts(of member: TarMember, _ size: Int64) throws -> [(
        offset: Int64, size: Int64
    )] {
        let parts = try member.sparseParts ?? sparseMap()
        guard parts.allSatisfy({ $0.offset <= size && $0.size <= size - $0.offset }) else {
            throw TarFailure("the map of a file with holes is damaged")
        }
        return parts
    }

    /// The map at the start of a file with holes: a count, then offset and size of each part, one
    /// number a line, filled up to whole blocks.
    private mutating func sparseMap() throws -> [(offset: Int64, size: Int64)] {
        var numbers: [Int64] = []
        var digits: [UInt8] = []
        var wanted = 1
        while numbers.count < wanted {
            let block = try content(512)
            guard block.count == 512 else { throw TarFailure("the map of a file with holes is damaged") }
            for byte in block where numbers.count < wanted {
                guard byte == 0x0a else {
                    digits.append(byte)
                    guard digits.count < 20 else {
                        throw TarFailure("the map of a file with holes is damaged")
                    }
                    continue
                }
                guard let number = Int64(String(decoding: digits, as: UTF8.self)), number >= 0 else {
                    throw TarFailure("the map of a file with holes is damaged")
                }
                digits = []
                numbers.append(number)
                if numbers.count == 1 {
                    guard number < 1 << 20 else { throw TarFailure("a file has too many holes") }
                    wanted = 1 + 2 * Int(number)
                }
            }
        }
        return stride(from: 1, to: wanted, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
    }

    /// The map of GNU's own format: 4 parts of 12 + 12 digits in the header, 21 in each block that follows.
    private mutating func sparseMap(of header: Header) throws -> (Int64, [(offset: Int64, size: Int64)]) {
        var parts: [(offset: Int64, size: Int64)] = []
        func take(_ bytes: ArraySlice<UInt8>) throws {
            for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 24) where bytes[start] != 0 {
                let offset = try TarNumber.read(bytes[start..<start + 12])
                let size = try TarNumber.read(bytes[start + 12..<start + 24])
                guard offset >= 0, size >= 0 else {
                    throw TarFailure("the map of a file with holes is damaged")
                }
                parts.append((offset, size))
            }
        }
        try take(header.block[386..<482])
        var goesOn = header.block[482] != 0
        while goesOn {
            let block = try read(512)
            try take(block[0..<504])
            goesOn = block[504] != 0
            guard parts.count < 1 << 20 else { throw TarFailure("a file has too many holes") }
        }
        let size = try TarNumber.read(header.block[483..<495])
        guard size >= 0 else { throw TarFailure("a member has a negative size") }
        return (size, parts)
    }

    // MARK: Bytes

    private mutating func skipContent() throws {
        while contentLeft > 0 { _ = try content(1 << 18) }
        if padding > 0 { _ = try read(Int(padding)) }
        padding = 0
    }

    private mutating func text(of header: Header) throws -> [UInt8] {
        guard header.size <= Self.headerLimit else { throw TarFailure("an extended header is too long") }
        let text = try read(Int(header.size))
        _ = try read(Int((512 - header.size % 512) % 512))
        return text
    }

    private mutating func readBlock() throws -> [UInt8]? {
        let first = try readSome(512)
        if first.isEmpty { return nil }
        return first.count == 512 ? first : first + (try read(512 - first.count))
    }

    private mutating func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let more = try readSome(count - bytes.count)
            guard !more.isEmpty else { throw TarFailure("it ends in the middle of a member") }
            bytes += more
        }
        return bytes
    }

    private mutating func readSome(_ count: Int) throws -> [UInt8] {
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let result = Glibc.read(descriptor, buffer.baseAddress, count)
            guard result >= 0 else { throw FileError.current("read", "the archive") }
            filled = result
        }
        hash.update(data: bytes)
        return bytes
    }
}

/// The fixed part of a member.
private struct Header {
    var name: [UInt8]
    var type: UInt8
    var size: Int64
    var block: [UInt8]

    init(_ block: [UInt8]) throws {
        self.block = block
        var sum = 0
        for (index, byte) in block.enumerated() { sum += (148..<156).contains(index) ? 0x20 : Int(byte) }
        guard (try? TarNumber.read(block[148..<156])) == Int64(sum) else {
            throw TarFailure("it is no tar archive, or damaged: a checksum is wrong")
        }
        type = block[156]
        size = try TarNumber.read(block[124..<136])
        guard size >= 0 else { throw TarFailure("a member has a negative size") }
        name = Self.text(block[0..<100])
        let isPosix = block[257..<263].elementsEqual(Array("ustar".utf8) + [0])
        let prefix = Self.text(block[345..<500])
        if isPosix, !prefix.isEmpty { name = prefix + [0x2f] + name }
    }

    func member(longName: [UInt8]?, longLink: [UInt8]?, _ records: [String: [UInt8]]) throws -> TarMember {
        func number(_ name: String, _ range: Range<Int>) throws -> Int64 {
            guard let value = records[name] else { return try TarNumber.read(block[range]) }
            guard let number = Int64(String(decoding: value, as: UTF8.self)) else {
                throw TarFailure("an extended header is damaged")
            }
            return number
        }
        let kind: TarMember.Kind
        switch type {
        case UInt8(ascii: "S"): kind = .file
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
            kind = name.last == 0x2f && records["path"] == nil ? .folder : .file
        case UInt8(ascii: "1"): kind = .hardLink
        case UInt8(ascii: "2"): kind = .symlink
        case UInt8(ascii: "3"): kind = .characterDevice
        case UInt8(ascii: "4"): kind = .blockDevice
        case UInt8(ascii: "5"): kind = .folder
        case UInt8(ascii: "6"): kind = .pipe
        default:
            throw TarFailure(
                "a member is of the kind '\(String(decoding: [type], as: UTF8.self))', which is not read")
        }
        guard let userID = UInt32(exactly: try number("uid", 108..<116)),
            let groupID = UInt32(exactly: try number("gid", 116..<124))
        else { throw TarFailure("a member has a wrong owner") }
        var member = TarMember(
            path: records["GNU.sparse.name"] ?? records["path"] ?? longName ?? name, kind: kind,
            linkTarget: records["linkpath"] ?? longLink ?? Self.text(block[157..<257]),
            mode: UInt32(truncatingIfNeeded: try TarNumber.read(block[100..<108])) & 0o7777, userID: userID,
            groupID: groupID, time: try Self.time(records["mtime"], block),
            size: try number("size", 124..<136))
        if kind == .characterDevice || kind == .blockDevice {
            member.major = UInt32(truncatingIfNeeded: try TarNumber.read(block[329..<337]))
            member.minor = UInt32(truncatingIfNeeded: try TarNumber.read(block[337..<345]))
        }
        // Only files have content, whatever the header says.
        if kind != .file { member.size = kind == .hardLink ? member.size : 0 }
        if kind == .hardLink, member.size != 0 { throw TarFailure("a hard link has content") }
        guard member.size >= 0, !member.path.contains(0), !member.linkTarget.contains(0) else {
            throw TarFailure("an extended header is damaged")
        }
        if records.keys.contains(where: { $0.hasPrefix("GNU.sparse.") }) {
            // Forms 0.0, with its parts in records, and 1.0, with its parts before the content.
            let isNew = records["GNU.sparse.major"] == [0x31]
            guard let size = records[isNew ? "GNU.sparse.realsize" : "GNU.sparse.size"],
                records["GNU.sparse.map"] == nil,
                let number = Int64(String(decoding: size, as: UTF8.self)), number >= 0
            else { throw TarFailure("a file with holes is in a form that is not read") }
            member.sparseSize = number
        }
        return member
    }

    private static func time(_ record: [UInt8]?, _ block: [UInt8]) throws -> timespec {
        guard let record else {
            return timespec(tv_sec: time_t(try TarNumber.read(block[136..<148])), tv_nsec: 0)
        }
        let parts = String(decoding: record, as: UTF8.self).split(separator: ".")
        guard let seconds = parts.first.flatMap({ Int($0) }) else {
            throw TarFailure("an extended header is damaged")
        }
        let digits = parts.count > 1 ? parts[1].prefix(9) : ""
        let nanoseconds = Int(digits + String(repeating: "0", count: 9 - digits.count)) ?? 0
        return timespec(tv_sec: seconds, tv_nsec: nanoseconds)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> [UInt8] { Array(bytes.prefix { $0 != 0 }) }
}
