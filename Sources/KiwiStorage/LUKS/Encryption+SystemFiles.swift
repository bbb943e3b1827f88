/// What an encrypted root device needs in the root tree and in the initrd. Pure texts; writing them is
/// the caller's.
extension Encryption {
    /// The key file in the tree and in the initrd, mode 600.
    public static let keyFilePath = "/root/.root.keyfile"

    /// The passphrase in the initrd, mode 600, for the first boot that encrypts the volume anew. Only where the
    /// key file opens the volume: else somebody types it.
    public static let slotPassphrasePath = "/root/.slotpass"

    /// Whether the system needs the key file: nobody types an empty or a generated passphrase, nor one
    /// twice because the boot loader has asked for it already.
    ///
    /// - Parameter bootIsEncrypted: `/boot` lies in the encrypted volume.
    public func needsKeyFile(bootIsEncrypted: Bool) -> Bool {
        switch passphrase {
        case .random, .empty: true
        case .text, .file: bootIsEncrypted
        }
    }

    /// A new random key: 512 hex digits.
    public static func newKey() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<512).map { _ in String(Int.random(in: 0..<16, using: &generator), radix: 16) }.joined()
    }

    /// `/etc/crypttab`, for the tree and the initrd. The volume is called `luks`.
    public static func crypttab(uuid: String, withKeyFile: Bool) -> String {
        "luks UUID=\(uuid)" + (withKeyFile ? " \(keyFilePath)" : "") + "\n"
    }

    /// Where dracut of the running system learns to take the key file into new initrds.
    public static let dracutConfigurationPath = "/etc/dracut.conf.d/99-luks-boot.conf"
    public static let dracutConfiguration = "install_items+=\" \(keyFilePath) \"\n"

    /// Words for the kernel's command line that open the volume when the initrd has no crypttab.
    public static func commandLine(uuid: String) -> String { "rd.luks.uuid=\(uuid)" }

    /// The opened volume, when the command line names it.
    public static func device(uuid: String) -> String { "/dev/mapper/luks-\(uuid)" }
}
