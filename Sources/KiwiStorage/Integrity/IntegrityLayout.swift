import KiwiToolbox

/// Where dm-integrity keeps data and tags on a device, with the numbers `integritysetup` takes by itself.
///
///     sectors of 512 bytes
///     0                 8  superblock, in its first 64 bytes
///     8                    journal: sections of 88 sectors
///     initialSectors 2048  tags of the first area, 32 bytes for each of its sectors
///                   32768  data of the first area
///                          tags and data of the next ones; the last area of data may be shorter
public struct IntegrityLayout: Sendable, Hashable {
    /// Sections of the journal.
    let journalSections: Int64
    /// Sectors of content.
    let contentSectors: Int64

    static let superblockSectors: Int64 = 8
    /// 80 entries of 48 bytes, 10 in each of 8 sectors, then a sector of data for each.
    static let sectionSectors: Int64 = 88
    static let areaSectors: Int64 = 1 << areaBits
    static let areaBits: Int64 = 15
    static let tagBytes: Int64 = 32
    static let tagSectors = areaSectors * tagBytes / 512

    /// - Parameter deviceBytes: size of the device below.
    /// - Returns: nil when it is too small for any content.
    public init?(deviceBytes: Int64) {
        let sectors = deviceBytes / 512
        // A part in 128, at most 64 MiB.
        journalSections = max(1, min(sectors >> 7, 131_072) / Self.sectionSectors)
        let room = sectors - Self.superblockSectors - journalSections * Self.sectionSectors
        let area = Self.areaSectors + Self.tagSectors
        let rest = max(0, room % area - Self.tagSectors)
        contentSectors = (max(0, room) / area * Self.areaSectors + rest) / 8 * 8
        if contentSectors == 0 { return nil }
    }

    /// Bytes of content that the device holds.
    public var contentBytes: Int64 { contentSectors * 512 }

    /// A device that holds so many bytes of content, in whole MiB.
    public static func deviceBytes(for content: Int64) -> Int64 {
        var bytes = ByteCount.roundUp(content + content / 16 + content / 128, to: 1 << 20)
        while (IntegrityLayout(deviceBytes: bytes)?.contentBytes ?? 0) < content { bytes += 1 << 20 }
        return bytes
    }

    var initialSectors: Int64 { Self.superblockSectors + journalSections * Self.sectionSectors }
    var areas: Int64 { (contentSectors + Self.areaSectors - 1) / Self.areaSectors }

    /// First byte of the tags of an area on the device.
    func tagOffset(area: Int64) -> Int64 {
        (initialSectors + area * (Self.areaSectors + Self.tagSectors)) * 512
    }

    /// First byte of the data of an area on the device.
    func dataOffset(area: Int64) -> Int64 { tagOffset(area: area) + Self.tagSectors * 512 }

    /// An empty journal: every entry unused, every sector marked with its number.
    var journal: DeviceWrite {
        var block = [UInt8](repeating: 0, count: Int(journalSections * Self.sectionSectors * 512))
        for section in 0..<journalSections {
            for sector in 0..<Self.sectionSectors {
                let start = Int((section * Self.sectionSectors + sector) * 512)
                if sector < 8 {
                    for entry in 0..<10 { block.put(UInt32.max, at: start + entry * 48 + 4) }
                }
                block.put(0x1111_1111_1111_1111 ^ UInt64(section) << 32 ^ UInt64(sector), at: start + 504)
            }
        }
        return DeviceWrite(offset: Self.superblockSectors * 512, bytes: block)
    }
}
