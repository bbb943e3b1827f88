import KiwiDescription
import KiwiDiagnostics

/// For which firmware a medium is made: the attributes `firmware`, `eficsm`,
/// `efiparttable` and `gpt_hybrid_mbr` together. Pure.
public struct BootFirmware: Sendable, Codable, Hashable {
    /// How much a loader is wanted.
    public enum Wish: String, Sendable, Codable {
        case no
        /// Used when it can be had.
        case preferred
        case required
    }

    public enum Table: String, Sendable, Codable { case msdos, gpt }

    public var bios: Wish
    public var efi: Wish
    /// Whether the distribution's signed shim and GRUB are used.
    public var signed: Wish
    public var table: Table
    /// An additional bootable entry in the protective MBR, for firmware that asks for one.
    public var hybridMBR: Bool
    public var efiPlatform: LoaderPlatform?
    /// BIOS machines get isolinux, as an old description says. A folder `cdboot` in any description says it too.
    public var wantsIsolinux: Bool?

    public init(
        bios: Wish, efi: Wish, signed: Wish = .no, table: Table = .gpt, hybridMBR: Bool = false,
        efiPlatform: LoaderPlatform? = nil
    ) {
        self.bios = bios
        self.efi = efi
        self.signed = signed
        self.table = table
        self.hybridMBR = hybridMBR
        self.efiPlatform = efiPlatform
    }

    /// - Throws: what the architecture does not allow, at the attribute.
    public init(type: ImageType, architecture: Architecture) throws(Failure) {
        let isX86 = ["x86_64", "ix86"].contains(architecture.resultName)
        let efi = LoaderPlatform.efi(for: architecture)
        guard efi != nil else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "unsupported-architecture", at: type.position,
                    "live ISOs for \(architecture.rawValue) are not built by this version yet",
                    remedy: "build for x86_64, ix86, aarch64, riscv64 or loongarch64"))
        }
        let allowed =
            architecture.resultName == "ix86" ? ["bios"] : isX86 ? ["bios", "efi", "uefi"] : ["efi", "uefi"]
        let written = type.string("firmware")
        if let written, !allowed.contains(written) {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "unsupported-firmware", at: type.position(of: "firmware"),
                    "firmware \"\(written)\" is not possible for a live ISO on \(architecture.rawValue)",
                    remedy:
                        "write \(allowed.map { "\"\($0)\"" }.joined(separator: ", ")), or leave the attribute out"
                ))
        }
        // x86 firmware in legacy mode is served beside EFI unless the description forbids it.
        let legacy: Wish = !isX86 ? .no : !type.flag("eficsm", default: true) ? .no : .preferred
        switch written {
        case "bios": self.init(bios: .required, efi: .no, table: .msdos)
        case "efi": self.init(bios: legacy, efi: .required, efiPlatform: efi)
        case "uefi": self.init(bios: legacy, efi: .required, signed: .required, efiPlatform: efi)
        default:
            if architecture.resultName == "ix86" {
                self.init(bios: .required, efi: .no, table: .msdos)
            } else if isX86 {
                // KIWI makes a BIOS-only medium here; one that starts on every machine is harmless.
                self.init(bios: legacy, efi: .preferred, signed: .preferred, efiPlatform: efi)
            } else {
                self.init(bios: .no, efi: .required, signed: .preferred, efiPlatform: efi)
            }
        }
        if type.attributes["eficsm"] != nil, bios == .preferred { bios = .required }
        if self.efi != .no, type.string("efiparttable") == "msdos" { table = .msdos }
        hybridMBR = type.flag("gpt_hybrid_mbr") && table == .gpt && bios != .no
    }

    /// For a disk.
    ///
    /// - Throws: what this version cannot put a loader on, at the attribute.
    public static func disk(_ type: ImageType, _ architecture: Architecture) throws(Failure) -> BootFirmware {
        let firmware = type.firmware(for: architecture)
        let isEFI = type.isEFIBootable(on: architecture)
        let isBIOS = type.isBIOSBootable(on: architecture)
        guard isEFI || isBIOS else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "unsupported-firmware", at: type.position(of: "firmware"),
                    firmware.isEmpty
                        ? "disks for \(architecture.rawValue) are not built by this version yet"
                        : "no boot loader is put on disks with firmware \"\(firmware)\" by this version",
                    remedy: "build for x86_64 or aarch64 with firmware \"bios\", \"efi\" or \"uefi\""))
        }
        if type.number("target_blocksize") ?? 512 != 512, !isEFI {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "target-blocksize", at: type.position(of: "target_blocksize"),
                    "a BIOS reads no disks with sectors other than 512 bytes",
                    remedy: "write firmware=\"efi\""))
        }
        let platform = isEFI ? LoaderPlatform.efi(for: architecture) : nil
        let bootsBIOS = isBIOS && type.number("target_blocksize") ?? 512 == 512
        return BootFirmware(
            bios: !bootsBIOS ? .no : isEFI && type.attributes["eficsm"] == nil ? .preferred : .required,
            efi: isEFI ? .required : .no, signed: firmware == "uefi" ? .required : .no,
            table: type.partitionTable(for: architecture) == "gpt" ? .gpt : .msdos,
            efiPlatform: platform)
    }

    /// The platforms that may be used, BIOS first.
    public var platforms: [LoaderPlatform] {
        (bios == .no ? [] : [.bios]) + (efi == .no ? [] : [efiPlatform].compactMap { $0 })
    }
}
