/// What a file is, by its first bytes. Pure.
enum ImageFormat: String, Sendable, Hashable, CaseIterable {
    case iso, squashfs, erofs, ext, tar, cpio, xz, gzip, zstd, bzip2
    /// A bill of materials, or another JSON text.
    case json
    case packageList = "package list"
    case xfs, btrfs, qcow2, disk

    /// How many bytes `init(of:)` looks at.
    static let headSize = 65_536 + 4096

    /// - Returns: nil when it is nothing that is known here.
    init?(of head: [UInt8]) {
        func has(_ magic: [UInt8], at offset: Int = 0) -> Bool {
            head.count >= offset + magic.count && head[offset..<offset + magic.count].elementsEqual(magic)
        }
        func says(_ text: String, at offset: Int = 0) -> Bool { has(Array(text.utf8), at: offset) }
        // A hybrid ISO also has a partition table.
        if says("CD001", at: 32769) {
            self = .iso
        } else if says("hsqs") {
            self = .squashfs
        } else if has([0xe2, 0xe1, 0xf5, 0xe0], at: 1024) {
            self = .erofs
        } else if has([0x53, 0xef], at: 1080) {
            self = .ext
        } else if says("ustar", at: 257) {
            self = .tar
        } else if says("070701") || says("070702") {
            self = .cpio
        } else if has([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) {
            self = .xz
        } else if has([0x1f, 0x8b]) {
            self = .gzip
        } else if has([0x28, 0xb5, 0x2f, 0xfd]) {
            self = .zstd
        } else if says("BZh") {
            self = .bzip2
        } else if says("XFSB") {
            self = .xfs
        } else if says("_BHRfS_M", at: 65600) {
            self = .btrfs
        } else if has([0x51, 0x46, 0x49, 0xfb]) {
            self = .qcow2
        } else if has([0x55, 0xaa], at: 510) {
            self = .disk
        } else if head.first(where: { ![32, 10, 9, 13].contains($0) }) == UInt8(ascii: "{") {
            self = .json
        } else if let line = head.split(separator: 10).first,
            line.filter({ $0 == UInt8(ascii: "|") }).count >= 6
        {
            self = .packageList
        } else {
            return nil
        }
    }

    /// The program that writes the uncompressed file to its standard output.
    var decompressor: (tool: String, package: String)? {
        switch self {
        case .xz: ("xz", "xz-utils")
        case .gzip: ("gzip", "gzip")
        case .zstd: ("zstd", "zstd")
        case .bzip2: ("bzip2", "bzip2")
        default: nil
        }
    }
}
