import KiwiToolbox

/// Gives a VHDX file its identifiers, which qemu-img makes up, and clears the log of a file that was
/// closed cleanly: its old entries hold made-up ids too.
///
///      64 KiB, 128 KiB  headers of 4 KiB: 0 "head"  4 CRC-32C  8 sequence number (starts anywhere)
///                       16 file-write GUID  32 data-write GUID  48 log GUID (zeros: empty)
///                        68 length of the log  72 its offset
///     192 KiB           region table: 0 "regi"  8 number of entries  16 entries of 32 bytes:
///                       GUID, offset (64 bits), length (32 bits)
///     metadata region   0 "metadata"  10 number of entries (16 bits)  32 entries of 32 bytes:
///                       GUID, offset in the region (32 bits), length
enum VHDXIdentity {
    static let signature = Array("vhdxfile".utf8)
    private static let metadataRegion = UUIDBytes.guid(
        UUIDBytes.parse("8b7ca206-4790-4b9a-b8fe-575f050f886e")!)
    /// "Virtual disk id": what SCSI's page 0x83 tells.
    private static let diskIDItem = UUIDBytes.guid(UUIDBytes.parse("beca12ab-b2e6-4523-93ef-c309e000c746")!)

    /// - Parameters:
    ///   - write: GUID of the last change, as stored.
    ///   - disk: GUID of the virtual disk, as stored.
    static func apply(to path: String, write: [UInt8], disk: [UInt8]) throws {
        let file = try BinaryFile(path, writable: true)
        let headers = try [Int64(1) << 16, 1 << 17].map { (offset: $0, bytes: try file.read(4096, at: $0)) }
            .sorted { sequence($0.bytes) < sequence($1.bytes) }
        // The one that was written last counts.
        guard var header = headers.last?.bytes,
            headers.allSatisfy({ $0.bytes.starts(with: Array("head".utf8)) })
        else { throw FormatDamage(path, "no VHDX file") }
        guard header[48..<64].allSatisfy({ $0 == 0 }) else {
            throw FormatDamage(path, "a VHDX with entries in its log")
        }
        let length = Int64(UInt32(littleEndianBytes: header[68..<72]))
        let log = Int64(UInt64(littleEndianBytes: header[72..<80]))
        guard log >= 1 << 20, length > 0, log <= (try file.size()) - length else {
            throw FormatDamage(path, "a VHDX without a log")
        }
        try file.clear(log..<log + length)
        header.replaceSubrange(16..<48, with: write + write)
        for (number, place) in headers.enumerated() {
            header.replaceSubrange(8..<16, with: UInt64(number + 1).littleEndianBytes)
            header.replaceSubrange(4..<8, with: [0, 0, 0, 0])
            header.replaceSubrange(4..<8, with: CRC32C.of(header).littleEndianBytes)
            try file.write(header, at: place.offset)
        }
        try file.write(disk, at: try diskIDPlace(in: file))
    }

    private static func sequence(_ header: [UInt8]) -> UInt64 {
        header.count < 16 ? 0 : UInt64(littleEndianBytes: header[8..<16])
    }

    private static func diskIDPlace(in file: BinaryFile) throws -> Int64 {
        let table = try file.read(1 << 16, at: 192 << 10)
        for entry in entries(table, count: Int(table[8]), from: 16) where entry.id == metadataRegion {
            let start = Int64(UInt64(littleEndianBytes: entry.rest.prefix(8)))
            let region = try file.read(1 << 16, at: start)
            guard region.count == 1 << 16 else { break }
            for item in entries(region, count: Int(region[10]), from: 32) where item.id == diskIDItem {
                return start + Int64(UInt32(littleEndianBytes: item.rest.prefix(4)))
            }
        }
        throw FormatDamage(file.path, "a VHDX without a disk id")
    }

    private static func entries(_ table: [UInt8], count: Int, from: Int)
        -> [(id: [UInt8], rest: ArraySlice<UInt8>)]
    {
        (0..<count).map { index in
            let start = from + index * 32
            return (Array(table[start..<start + 16]), table[start + 16..<start + 32])
        }
    }
}

/// The checksum of Castagnoli, bit by bit: it is taken of a few KiB only.
enum CRC32C {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc = ~UInt32(0)
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : (crc >> 1) ^ 0x82f6_3b78 }
        }
        return ~crc
    }
}
