import KiwiToolbox

/// Gives a VMDK file its content id, which qemu-img makes up.
///
/// The descriptor is a text: a file of its own for disks with flat extents, else inside the sparse file,
/// whose header says where (28: first sector, 36: number of sectors, each 64 bits little-endian).
enum VMDKIdentity {
    static let magic = Array("KDMV".utf8)

    /// - Parameter contentID: eight hex digits.
    static func apply(to path: String, contentID: String) throws {
        let file = try BinaryFile(path, writable: true)
        let head = try file.read(512, at: 0)
        guard head.starts(with: magic) else {
            let text = String(decoding: try file.read(1 << 16, at: 0), as: UTF8.self)
            return try FileSystem.write(try changed(text, contentID, path), to: path)
        }
        let offset = Int64(littleEndianBytes: head[28..<36]) * 512
        let length = Int64(littleEndianBytes: head[36..<44]) * 512
        guard (512...1 << 20).contains(offset), (512...1 << 20).contains(length) else {
            throw FormatDamage(path, "a VMDK without a descriptor")
        }
        let bytes = try file.read(Int(length), at: offset).prefix { $0 != 0 }
        let text = try changed(String(decoding: bytes, as: UTF8.self), contentID, path)
        guard text.utf8.count <= length else { throw FormatDamage(path, "a VMDK with a full descriptor") }
        let padding = [UInt8](repeating: 0, count: Int(length) - text.utf8.count)
        try file.write(Array(text.utf8) + padding, at: offset)
    }

    private static func changed(_ descriptor: String, _ contentID: String, _ path: String) throws -> String {
        var found = false
        let lines = descriptor.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.hasPrefix("CID=") else { return line }
            found = true
            return "CID=\(contentID)"
        }
        guard found else { throw FormatDamage(path, "a VMDK without a content id") }
        return lines.joined(separator: "\n")
    }

    /// What means "no parent" must not be the id of a disk.
    static func contentID(_ id: DerivedID) -> String {
        ["ffffffff", "fffffffe", "00000000"].contains(id.hex32) ? "1" + id.hex32.dropFirst() : id.hex32
    }
}
