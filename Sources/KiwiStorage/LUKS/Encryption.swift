import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// What the description says about the encryption of the root device: `luks` and what goes with it.
///
/// The passphrase itself is never encoded: neither plans nor keys of steps show it.
public struct Encryption: Sendable, Encodable {
    /// Where the passphrase comes from.
    public enum Passphrase: Sendable, Hashable {
        /// Written in the description.
        case text(String)
        /// The content of a file, as it is.
        case file(String)
        /// There is none: a generated key file is the only key.
        case random
        /// KIWI's form of an empty passphrase: 32 zero bytes.
        case empty
    }

    @Unkeyed public var passphrase: Passphrase
    /// Words for `cryptsetup luksFormat` as the description asks for them, later ones win.
    public var formatOptions: [String]
    /// Whether the first boot encrypts the volume anew, with a key that the image does not have:
    /// `rd.kiwi.oem.luks.reencrypt` in `kernelcmdline`.
    public var isEncryptedAnew: Bool
    @Unkeyed public var position: Position?

    /// The subsystem in the header of a volume that has the key of its image still: `kiwi-reencrypt.sh` removes
    /// it with the key. KIWI compares a checksum of the whole header, which any change of a passphrase spoils.
    public static let imageKeyMark = "kiwi-image-key"

    /// - Returns: nil when the type is not encrypted.
    public init?(_ type: ImageType) {
        guard let luks = type.string("luks") else { return nil }
        _passphrase = Unkeyed(wrappedValue: Self.passphrase(luks))
        formatOptions = type.luksOptions
        if type.string("luksOS") == "sle12" {
            formatOptions += ["--cipher", "aes-xts-plain64", "--key-size", "256", "--hash", "sha1"]
        }
        isEncryptedAnew = (type.string("kernelcmdline") ?? "").split(separator: " ").contains { word in
            let parts = word.split(separator: "=", maxSplits: 1)
            let names = ["rd.kiwi.oem.luks.reencrypt", "rd.kiwi.oem.luks.reencrypt_randompass"]
            return names.contains(String(parts[0])) && !["0", "no", "off"].contains(parts.dropFirst().first)
        }
        _position = Unkeyed(wrappedValue: type.position(of: "luks"))
    }

    private static func passphrase(_ text: String) -> Passphrase {
        if text.isEmpty { return .empty }
        if text == "random" { return .random }
        for scheme in ["file:", "dir:"] where text.hasPrefix(scheme) {
            let path = text.dropFirst(scheme.count)
            return .file(path.hasPrefix("//") ? String(path.dropFirst(2)) : String(path))
        }
        return text.hasPrefix("/") ? .file(text) : .text(text)
    }

    /// Options that cannot be obeyed, as errors.
    ///
    /// Everything `luksFormat` would read from elsewhere comes from the build; integrity of each sector
    /// needs the device mapper.
    public var diagnostics: [Diagnostic] {
        let reading = [
            "--key-file", "-d", "--keyfile-offset", "--keyfile-size", "-l", "--new-keyfile", "--header",
            "--volume-key-file", "--master-key-file", "--device", "--tries", "-T", "--hw-opal",
            "--hw-opal-only",
            "--key-slot", "-S", "--keyslot",
        ]
        return conflicts
            + formatOptions.compactMap { word in
                let name = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
                if name == "--integrity" || name == "-I" {
                    return Diagnostic(
                        "unsupported-attribute", at: position,
                        "luksformat option '\(name)': sectors with integrity tags can only be made with the device mapper",
                        remedy: "remove the option")
                }
                guard reading.contains(name) else { return nil }
                return Diagnostic(
                    "unsupported-attribute", at: position,
                    "luksformat option '\(name)' contradicts what the build gives to cryptsetup",
                    remedy: "remove the option")
            }
    }

    private var conflicts: [Diagnostic] {
        guard isEncryptedAnew else { return [] }
        if isVersion1 {
            return [
                Diagnostic(
                    "unsupported-attribute", at: position,
                    "rd.kiwi.oem.luks.reencrypt: a volume of LUKS 1 cannot be encrypted anew while it is in use",
                    remedy: "write luks_version=\"luks2\"")
            ]
        }
        guard value(of: "--subsystem", "--subsystem") != nil else { return [] }
        return [
            Diagnostic(
                "unsupported-attribute", at: position,
                "luksformat option '--subsystem': rd.kiwi.oem.luks.reencrypt keeps there whether the key is the image's",
                remedy: "remove the option")
        ]
    }

    /// Whether the header has the format of version 1.
    public var isVersion1: Bool { value(of: "--type", "-M") == "luks1" }

    /// Bytes before the encrypted content; nil when options let cryptsetup decide: then it is known when
    /// the volume is written.
    public var headerBytes: Int64? {
        if let sectors = value(of: "--offset", "-o") { return Int64(sectors).map { $0 * 512 } }
        let deciding = ["--align-payload", "--luks2-metadata-size", "--luks2-keyslots-size"]
        guard deciding.allSatisfy({ value(of: $0, $0) == nil }) else { return nil }
        return isVersion1 ? 2 << 20 : 16 << 20
    }

    /// The UUID of the volume: the one the description asks cryptsetup for, else the derived one.
    public func uuid(derived: String) -> String { value(of: "--uuid", "--uuid") ?? derived }

    /// Words for `luksFormat`: ours first, so that the description wins.
    func luksFormatWords(uuid: String) -> [String] {
        var words = ["--uuid", uuid]
        if let headerBytes, value(of: "--offset", "-o") == nil {
            words += ["--offset", "\(headerBytes / 512)"]
        }
        // Larger sectors would need file systems made for them; cryptsetup chooses 4096 for files.
        if !isVersion1, value(of: "--sector-size", "--sector-size") == nil {
            words += ["--sector-size", "512"]
        }
        if isEncryptedAnew { words += ["--subsystem", Self.imageKeyMark] }
        return words + formatOptions
    }

    /// Words for further key slots: what the description says about key derivation.
    var keySlotWords: [String] {
        let names = [
            "--pbkdf", "--pbkdf-memory", "--pbkdf-parallel", "--pbkdf-force-iterations", "--iter-time", "-i",
        ]
        return names.flatMap { name in value(of: name, name).map { [name, $0] } ?? [] }
    }

    /// The last value of an option, written as `--name value` or `--name=value`.
    func value(of name: String, _ short: String) -> String? {
        for (index, word) in formatOptions.enumerated().reversed() {
            if word == name || word == short {
                return index + 1 < formatOptions.count ? formatOptions[index + 1] : nil
            }
            if word.hasPrefix(name + "=") { return String(word.dropFirst(name.count + 1)) }
        }
        return nil
    }
}
