import KiwiToolbox

/// Gives a VDI file its identifiers, which qemu-img makes up.
///
///     64 signature 0x7f10dabe (bytes be da 10 7f)   392 UUID of the image   408 UUID of its last snapshot
enum VDIIdentity {
    static let signature: [UInt8] = [0x7f, 0x10, 0xda, 0xbe]

    static func apply(to path: String, image: [UInt8], snapshot: [UInt8]) throws {
        let file = try BinaryFile(path, writable: true)
        guard try file.read(4, at: 64) == signature else { throw FormatDamage(path, "no VDI file") }
        try file.write(image + snapshot, at: 392)
    }
}
