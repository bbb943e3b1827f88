import KiwiToolbox

/// Gives a VHD file its identifier and time, which qemu-img makes up.
///
///     footer: 512 bytes at the end, of a dynamic disk also at the start
///      0 "conectix"   24 seconds since 2000-01-01 UTC   60 type (2 fixed, 3 dynamic)
///     64 checksum: complement of the sum of all other bytes   68 UUID
enum VHDIdentity {
    static let cookie = Array("conectix".utf8)
    /// 2000-01-01 in seconds since 1970.
    private static let epoch: Int64 = 946_684_800

    static func apply(to path: String, uuid: [UInt8], clock: Int64) throws {
        let file = try BinaryFile(path, writable: true)
        let end = try file.size() - 512
        var places: [Int64] = []
        for offset in [0, end] where try file.read(8, at: offset) == cookie { places.append(offset) }
        guard places.last == end else { throw FormatDamage(path, "a VHD without a footer") }
        for offset in places {
            let footer = try file.read(512, at: offset)
            try file.write(changed(footer, uuid: uuid, clock: clock), at: offset)
        }
    }

    static func changed(_ footer: [UInt8], uuid: [UInt8], clock: Int64) -> [UInt8] {
        var footer = footer
        let seconds = UInt32(clamping: clock - epoch)
        footer.replaceSubrange(24..<28, with: seconds.bigEndianBytes)
        footer.replaceSubrange(68..<84, with: uuid)
        footer.replaceSubrange(64..<68, with: checksum(footer).bigEndianBytes)
        return footer
    }

    static func checksum(_ footer: [UInt8]) -> UInt32 {
        ~footer.enumerated().reduce(UInt32(0)) { sum, byte in
            (64..<68).contains(byte.offset) ? sum : sum &+ UInt32(byte.element)
        }
    }
}

/// A file that another program wrote and that is not of the form it should be.
struct FormatDamage: Error, CustomStringConvertible {
    var description: String

    init(_ path: String, _ what: String) {
        description = "qemu-img has written \(FileSystem.name(of: path)): \(what)"
    }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
    var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }

    /// From as many bytes as the type has.
    init(littleEndianBytes bytes: some Collection<UInt8>) {
        self = bytes.reversed().reduce(0) { ($0 << 8) | Self(truncatingIfNeeded: $1) }
    }
}
