import KiwiToolbox

/// The identifiers of a disk's other formats: derived from its first MiB and its size.
///
/// There lies the partition table with identifiers that come from the root tree, so another system has
/// other ones, and the same disk the same, whoever converts it and when.
enum DiskIdentity {
    static func id(ofDisk path: String, role: String) throws -> DerivedID {
        let file = try BinaryFile(path)
        let key = Digest(ofParts: [
            Digest(of: try file.read(1 << 20, at: 0)).hex, "\(try file.size())",
        ])
        return DerivedID(key: key.hex, type: "disk", role: role)
    }
}

extension DerivedID {
    /// The bytes of the UUID in the order it is written.
    var uuidBytes: [UInt8] { UUIDBytes.parse(uuid) ?? [] }

    /// As Microsoft's formats store it.
    var guidBytes: [UInt8] { UUIDBytes.guid(uuidBytes) }
}

/// The two ways in which formats store the sixteen bytes of a UUID.
enum UUIDBytes {
    /// nil unless it is 32 hex digits with any dashes.
    static func parse(_ text: String) -> [UInt8]? {
        let digits = Array(text.filter { $0 != "-" })
        guard digits.count == 32 else { return nil }
        let bytes = stride(from: 0, to: 32, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        return bytes.count == 16 ? bytes : nil
    }

    /// The first three fields little-endian, the others as written.
    static func guid(_ bytes: [UInt8]) -> [UInt8] {
        [3, 2, 1, 0, 5, 4, 7, 6].map { bytes[$0] } + bytes[8...]
    }
}
