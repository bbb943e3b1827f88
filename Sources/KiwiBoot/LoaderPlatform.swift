import KiwiDescription
import KiwiToolbox

/// A kind of firmware that GRUB can be built for, under GRUB's name.
public enum LoaderPlatform: String, Sendable, Codable, CaseIterable {
    case bios = "i386-pc"
    case efi64 = "x86_64-efi"
    case efi32 = "i386-efi"
    case efiARM64 = "arm64-efi"
    case efiRISCV64 = "riscv64-efi"
    case efiLoongArch64 = "loongarch64-efi"

    public var isEFI: Bool { self != .bios }

    /// The EFI platform of an architecture.
    public static func efi(for architecture: Architecture) -> LoaderPlatform? {
        switch architecture.resultName {
        case "x86_64": .efi64
        case "ix86": .efi32
        case "aarch64": .efiARM64
        case "riscv64": .efiRISCV64
        case "loongarch64": .efiLoongArch64
        default: nil
        }
    }

    /// GRUB's short name in loader files, for example `x64` in `grubx64.efi`.
    public var efiSuffix: String {
        switch self {
        case .bios: ""
        case .efi64: "x64"
        case .efi32: "ia32"
        case .efiARM64: "aa64"
        case .efiRISCV64: "riscv64"
        case .efiLoongArch64: "loongarch64"
        }
    }

    /// The file a firmware starts by itself from removable media.
    public var removableName: String { "BOOT\(efiSuffix.uppercased()).EFI" }

    /// A path or name of a distribution's table for this platform.
    func filledIn(_ text: String) -> String {
        text.replacing("{platform}", with: rawValue).replacing("{suffix}", with: efiSuffix)
    }

    /// Where distributions put the modules, inside a tree or on the build machine.
    public var moduleFolders: [String] { Distribution.values("grub-modules").map(filledIn) }
}

/// Where a loader of one platform is taken from: the modules and the program that joins
/// them always come from the same place.
public struct LoaderChoice: Sendable, Codable, Hashable {
    public enum Origin: String, Sendable, Codable { case tree, host }

    public var platform: LoaderPlatform
    public var origin: Origin
    /// Folder of the modules, inside the tree or on the build machine.
    public var modules: String
    /// `grub-mkimage` or `grub2-mkimage`.
    public var tool: String
    /// GRUB's version as its modules say it; empty when they do not.
    public var version: String

    public init(
        _ platform: LoaderPlatform, from origin: Origin, modules: String, tool: String, version: String
    ) {
        self.platform = platform
        self.origin = origin
        self.modules = modules
        self.tool = tool
        self.version = version
    }
}
