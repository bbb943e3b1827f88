import Foundation

/// Disk formats QEMU opens, told apart by their content: QEMU is never left to
/// guess, since a guest could make a raw disk look like something else.
public enum DriveFormat: String, Sendable {
    case raw, qcow2, vmdk, vhdx, vdi
    /// VHD.
    case vpc

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
        } else if has(Self.vhdCookie) {
            self = .vpc
        } else {
            self = .raw
        }
    }

    private static let vhdCookie = Array("conectix".utf8)
    /// How the description of a VMDK begins whose content is in other files.
    private static let vmdkDescription = Array("# Disk DescriptorFile".utf8)

    /// Whether these are the last 512 bytes of a fixed VHD with so many bytes: it begins like a raw disk.
    static func isFixedVHD(end: [UInt8], fileBytes: UInt64) -> Bool {
        guard end.count == 512, end.starts(with: vhdCookie), end[60..<64].elementsEqual([0, 0, 0, 2]) else {
            return false
        }
        let size = end[48..<56].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let sum = end.enumerated().reduce(UInt32(0)) { sum, byte in
            (64..<68).contains(byte.offset) ? sum : sum &+ UInt32(byte.element)
        }
        let checksum = end[64..<68].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return size == fileBytes - 512 && checksum == ~sum
    }

    /// The format of a file; nil when it cannot be read.
    public init?(file path: String) {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        let head = [UInt8]((try? handle.read(upToCount: 72)) ?? Data())
        self.init(head: head)
        guard self == .raw else { return }
        // It names other files of this machine, which a guest could have written: the name has to fit too.
        if head.starts(with: Self.vmdkDescription), path.lowercased().hasSuffix(".vmdk") {
            self = .vmdk
        } else if let size = try? handle.seekToEnd(), size > 512 {
            try? handle.seek(toOffset: size - 512)
            let end = [UInt8]((try? handle.read(upToCount: 512)) ?? Data())
            if Self.isFixedVHD(end: end, fileBytes: size) { self = .vpc }
        }
    }
}
