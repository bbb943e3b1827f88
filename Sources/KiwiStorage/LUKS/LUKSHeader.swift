import Foundation
import KiwiDiagnostics
import KiwiToolbox

/// What the header of a LUKS volume says about its content.
///
/// Version 1 is binary; version 2 has a small binary part, then JSON from byte 4096 on.
public struct LUKSHeader: Sendable, Codable, Hashable {
    public var version: Int
    public var uuid: String
    /// As the kernel names it, for example `aes-xts-plain64`.
    public var cipher: String
    /// Bytes of the volume key.
    public var keyBytes: Int
    /// Bytes encrypted as one unit.
    public var sectorBytes: Int64
    /// Where the encrypted content begins.
    public var payloadOffset: Int64

    /// Reads the header of a file.
    ///
    /// - Throws: `not-luks` when it is none or does not make sense.
    public init(ofFile path: String) throws {
        let start = try Self.bytes(of: path, at: 0, count: 4096)
        guard start.count == 4096, start.starts(with: [0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe]) else {
            throw Diagnostic("not-luks", "'\(path)' is not a LUKS volume")
        }
        let header: LUKSHeader? =
            switch Self.number(start[6..<8]) {
            case 1: Self(version1: start)
            case 2:
                Self(
                    version2: start,
                    json: try Self.bytes(
                        of: path, at: 4096, count: Int(clamping: Self.number(start[8..<16])) - 4096))
            default: nil
            }
        guard let header else { throw Diagnostic("not-luks", "the LUKS header of '\(path)' is damaged") }
        self = header
    }

    private init?(version1 bytes: [UInt8]) {
        version = 1
        cipher = Self.text(bytes[8..<40]) + "-" + Self.text(bytes[40..<72])
        payloadOffset = Int64(Self.number(bytes[104..<108])) * 512
        keyBytes = Int(Self.number(bytes[108..<112]))
        uuid = Self.text(bytes[168..<208])
        sectorBytes = 512
    }

    private struct Metadata: Decodable {
        struct Keyslot: Decodable { var keySize: Int }
        struct Segment: Decodable {
            var type: String
            var offset: String
            var encryption: String
            var sectorSize: Int64
        }
        var keyslots: [String: Keyslot]
        var segments: [String: Segment]
    }

    private init?(version2 bytes: [UInt8], json: [UInt8]) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let metadata = try? decoder.decode(Metadata.self, from: Data(json.prefix { $0 != 0 })),
            let segment = metadata.segments["0"], segment.type == "crypt",
            let offset = Int64(segment.offset), let slot = metadata.keyslots["0"]
        else { return nil }
        version = 2
        cipher = segment.encryption
        payloadOffset = offset
        keyBytes = slot.keySize
        uuid = Self.text(bytes[168..<208])
        sectorBytes = segment.sectorSize
    }

    private static func bytes(of path: String, at offset: Int, count: Int) throws -> [UInt8] {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(offset))
        // The largest metadata area of the format has 4 MiB.
        return [UInt8](try file.read(upToCount: max(0, min(count, 4 << 20))) ?? Data())
    }

    /// Big-endian.
    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
