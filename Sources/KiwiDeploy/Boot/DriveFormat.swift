import Foundation

/// Disk formats QEMU opens, told apart by their first bytes: QEMU is never left to
/// guess, since a guest could make a raw disk look like something else.
public enum DriveFormat: String, Sendable {
    case raw, qcow2, vmdk, vhdx, vdi

    /// - Parameter head: at least the first 72 bytes of the file (less for tiny files).
    public init(head: [UInt8]) {
        func has(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
            head.count >= offset + bytes.count && Array(head[offset..<offset + bytes.count]) == bytes
        }
        if has([0x51, 0x46, 0x49, 0xfb]) {
            self = .qcow2
        } else if has(Array("KDMV".utf8)) {
            self = .vmdk
        } else if has(Array("vhdxfile".utf8)) {
            self = .vhdx
        } else if has([0x7f, 0x10, 0xda, 0xbe], at: 64) {
            self = .vdi
        } else {
            self = .raw
        }
    }

    /// The format of a file; nil when it cannot be read.
    public init?(file path: String) {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        self.init(head: [UInt8]((try? handle.read(upToCount: 72)) ?? Data()))
    }
}
