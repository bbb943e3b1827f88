import KiwiBoot
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The program that BIOS machines start from a CD, in the loader's folder of a medium.
public enum BIOSStart: Sendable, Hashable, CaseIterable {
    case isolinux, grub

    /// What the CD's boot catalogue names.
    public var file: String { self == .grub ? "eltorito.img" : "isolinux.bin" }
    /// MBR code that starts ``file`` from a stick.
    var hybridFile: String { self == .grub ? "boot_hybrid.img" : IsolinuxChoice.mbrFile }
    var hybridOption: String { self == .grub ? "--grub2-mbr" : "-isohybrid-mbr" }

    /// The one that a medium has.
    static func find(media: String, folder: String) -> BIOSStart? {
        allCases.first { FileSystem.isFile("\(media)/\(folder)/\($0.file)") }
    }
}

/// The call of xorriso that writes a hybrid ISO for CD and disk, BIOS and UEFI. Pure.
public struct XorrisoCall: Sendable {
    public var output: String
    /// Folder whose content becomes the root of the medium.
    public var media: String
    /// Files added at paths of the medium.
    public var grafts: [(inside: String, source: String)] = []
    public var volumeID: String
    public var applicationID: String
    public var publisher: String
    /// `boot/ARCH/loader` on the medium.
    public var loaderFolder: String
    /// What BIOS machines start from CD; nil: nothing.
    public var bios: BIOSStart?
    /// MBR code for starting from a disk by BIOS, on the build machine.
    public var hybridMBR: String?
    /// FAT image for UEFI.
    public var esp: String?
    /// A file system for a partition of its own.
    public var system: String?
    public var table: BootFirmware.Table
    public var forceBootableMBR = false
    /// UUID form.
    public var gptDisk: String
    public var clock: Int64

    /// Number of the partition with ``system``.
    static let systemPartition: UInt8 = 3

    static let preparer = "KIWI - https://github.com/OSInside/kiwi"

    public init(
        to output: String, media: String, volumeID: String, applicationID: String, publisher: String,
        loaderFolder: String, bios: BIOSStart?, hybridMBR: String?, esp: String?, table: BootFirmware.Table,
        gptDisk: String, clock: Int64
    ) {
        self.output = output
        self.media = media
        self.volumeID = volumeID
        self.applicationID = applicationID
        self.publisher = publisher
        self.loaderFolder = loaderFolder
        self.bios = bios
        self.hybridMBR = hybridMBR
        self.esp = esp
        self.table = table
        self.gptDisk = gptDisk
        self.clock = clock
    }

    public var call: ToolCall {
        let date = Self.date(clock)
        var words = ["-as", "mkisofs", "-quiet"]
        // Level 3 lets files exceed 4 GiB.
        words += ["-iso-level", "3", "-full-iso9660-filenames", "-R", "-J", "-joliet-long"]
        words += [
            "-V", volumeID, "-appid", applicationID, "-publisher", publisher, "-preparer", Self.preparer,
        ]
        words += ["--modification-date=\(date)", "--set_all_file_dates", date]
        // 300 KiB behind the last file: drives and GRUB's reader of CDs read ahead, and a
        // kernel in the very last blocks arrived damaged.
        words += [
            "-uid", "0", "-gid", "0", "-dir-mode", "0755", "-file-mode", "0644", "-pad", "--no-emul-toc",
        ]
        if let hybridMBR, let bios { words += [bios.hybridOption, hybridMBR] }
        words += ["-partition_offset", "16"]
        if let esp {
            words += ["-append_partition", "2", "0xef", esp]
            if table == .gpt {
                words += ["-appended_part_as_gpt", "--gpt_disk_guid", gptDisk.replacing("-", with: "")]
            }
        }
        if let system { words += ["-append_partition", "\(Self.systemPartition)", "0x83", system] }
        if forceBootableMBR { words.append("--mbr-force-bootable") }
        if bios != nil || esp != nil { words += ["-c", bootCatalog, "--boot-catalog-hide"] }
        if let bios {
            words += ["-b", "\(loaderFolder)/\(bios.file)", "-no-emul-boot", "-boot-load-size", "4"]
            words.append("-boot-info-table")
            if bios == .grub { words.append("--grub2-boot-info") }
        }
        if esp != nil {
            if bios != nil { words.append("-eltorito-alt-boot") }
            words += ["-e", "--interval:appended_partition_2:all::", "-no-emul-boot"]
        }
        words += ["-o", output, "-graft-points"]
        words += grafts.map { "\($0.inside)=\(Self.escaped($0.source))" }
        words.append(Self.escaped(media))
        return ToolCall("xorriso", words, environment: ["SOURCE_DATE_EPOCH": "\(clock)"])
    }

    /// Beside the loader's folder, as KIWI has it.
    private var bootCatalog: String {
        loaderFolder.split(separator: "/").dropLast().joined(separator: "/") + "/boot.catalog"
    }

    private static func escaped(_ path: String) -> String {
        path.replacing("\\", with: "\\\\").replacing("=", with: "\\=")
    }

    /// `YYYYMMDDhhmmsscc` in UTC.
    static func date(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
            + "\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))00"
    }
}
