import KiwiToolbox

/// The loaders in a server's tree that firmware gets, as paths below it.
public struct NetbootLoaders: Sendable, Hashable {
    /// Which loader machines are given.
    public enum Choice: String, Sendable, CaseIterable {
        /// iPXE gets its script, BIOS pxelinux where it is installed, all others GRUB.
        case auto
        case pxelinux
        case grub
    }

    public var bios: String?
    public var uefi: String?
    /// For firmware that is iPXE itself.
    public var ipxeScript: String?

    public init(bios: String? = nil, uefi: String? = nil, ipxeScript: String? = nil) {
        self.bios = bios
        self.uefi = uefi
        self.ipxeScript = ipxeScript
    }

    public static let pxelinux = "pxelinux.0"
    public static let grubBIOS = "boot/grub/i386-pc.0"
    public static let grubUEFI = "boot/grub/x86_64.efi"
    public static let script = "boot.ipxe"

    /// What a tree has.
    public init(in tree: String, choice: Choice) {
        func there(_ file: String) -> String? { FileSystem.isFile("\(tree)/\(file)") ? file : nil }
        bios = choice == .grub ? there(Self.grubBIOS) : there(Self.pxelinux) ?? there(Self.grubBIOS)
        uefi = there(Self.grubUEFI)
        ipxeScript = choice == .auto ? there(Self.script) : nil
    }
}
