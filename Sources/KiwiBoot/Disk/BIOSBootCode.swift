import KiwiDiagnostics
import KiwiToolbox

/// GRUB's code for BIOS machines on a disk: the boot sector and the core image behind it, as grub-install
/// would write them. Pure.
///
/// Source: GRUB 2.06, boot.S and diskboot.S; the offsets are the same since GRUB 1.98.
public struct BIOSBootCode: Sendable, Hashable {
    /// For the first sector, up to the disk's signature.
    public var sector: [UInt8]
    public var core: [UInt8]

    private static let sectorBytes = 512
    /// Where the disk's signature starts: from here on the sector belongs to the partition table.
    private static let codeBytes = 440
    private static let coreSectorOffset = 0x5c
    private static let driveCheckOffset = 0x66
    private static let nextSectorOffset = 0x1f4
    private static let sectorCountOffset = 0x1fc

    /// - Parameters:
    ///   - boot: `boot.img`.
    ///   - core: what grub-mkimage made for `i386-pc`.
    ///   - place: sector of 512 bytes at which the core image starts.
    ///   - room: bytes that are free there.
    public init(boot: [UInt8], core: [UInt8], at place: UInt64, room: Int64) throws(Diagnostic) {
        guard boot.count >= Self.sectorBytes, core.count > Self.sectorBytes else {
            throw Diagnostic(
                "grub-image", "GRUB's boot.img or core.img is shorter than a sector",
                remedy: "install grub-pc-bin again")
        }
        let sectors = (core.count + Self.sectorBytes - 1) / Self.sectorBytes
        guard Int64(sectors * Self.sectorBytes) <= room else {
            throw Diagnostic(
                "grub-too-large",
                "GRUB's core image of \(core.count) bytes does not fit into the \(room) bytes before the first partition",
                remedy:
                    "write firmware=\"efi\" for a GPT with a BIOS boot partition, or a larger disk_start_sector"
            )
        }
        var sector = Array(boot.prefix(Self.codeBytes))
        sector.put(place, at: Self.coreSectorOffset)
        // Two no-operations switch the check for firmware on that names the wrong drive.
        sector.put([0x90, 0x90], at: Self.driveCheckOffset)
        self.sector = sector
        var core = core + [UInt8](repeating: 0, count: sectors * Self.sectorBytes - core.count)
        core.put(place + 1, at: Self.nextSectorOffset)
        core.put(UInt16(sectors - 1), at: Self.sectorCountOffset)
        self.core = core
    }
}
