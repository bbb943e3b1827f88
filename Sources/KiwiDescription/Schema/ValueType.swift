/// What a value may look like.
public enum ValueType: Sendable, Hashable {
    /// Anything.
    case text
    /// `true`, `false`, `1` or `0`.
    case boolean
    case integer(minimum: Int? = nil)
    case choice([String])
    /// Letters, digits, `_`, `-` and `.`
    case identifier(maximum: Int? = nil)
    case digits
    /// A number with `M` or `G` or neither.
    case partitionSize
    /// As ``partitionSize``, or `all`.
    case volumeSize
    /// A number of blocks, or `all`.
    case blocks
    case locales
    case volumeAttributes
    case groups
    case port
    case macAddress
    case uuid
    /// What ISO 9660 headers take.
    case mediaText
    case keyLocation
    case fourPartVersion
    case outputConsoles
    case inputConsoles
    case architectures
    /// `<type format>`.
    case diskFormat
    case schemaVersion
}

extension ValueType {
    static let knownArchitectures = [
        "x86_64", "i586", "i686", "ix86", "aarch64", "arm64", "amd64", "armv5el", "armv5tel", "armv6hl",
        "armv6l", "armv7hl", "armv7l", "ppc", "ppc64", "ppc64le", "s390", "s390x", "riscv64",
    ]
    static let knownVolumeAttributes = ["no-copy-on-write", "synchronous-updates"]
    static let knownOutputConsoles = [
        "none", "console", "gfxterm", "serial", "vga_text", "mda_text", "morse", "spkmodem",
    ]
    static let knownInputConsoles = ["none", "console", "serial", "at_keyboard", "usb_keyboard"]
    static let knownDiskFormats = [
        "gce", "ova", "qcow2", "vagrant", "vmdk", "vdi", "vhd", "vhdx", "vhd-fixed",
    ]
    static let knownContainerDiskFormats = [
        "gce", "ova", "qcow2", "vmdk", "vdi", "vhd", "vhdx", "vhd-fixed", "raw",
    ]

    /// The words a value is chosen from, for "allowed" lists and "did you mean"; nil when it is free.
    public var words: [String]? {
        switch self {
        case .boolean: ["true", "false"]
        case .choice(let names): names
        case .volumeAttributes: Self.knownVolumeAttributes
        case .outputConsoles: Self.knownOutputConsoles
        case .inputConsoles: Self.knownInputConsoles
        case .architectures: Self.knownArchitectures
        case .diskFormat: Self.knownDiskFormats
        case .schemaVersion: [Schema.version]
        default: nil
        }
    }

    /// The form of a value in words, as it completes "must be".
    public var form: String {
        switch self {
        case .text: "any text"
        case .boolean: "true or false"
        case .integer(let minimum?): "a whole number of \(minimum) or more"
        case .integer(nil): "a whole number"
        case .choice(let names): oneOf(names)
        case .identifier(let maximum?): "1 to \(maximum) letters, digits, '_', '-' and '.'"
        case .identifier(nil): "letters, digits, '_', '-' and '.'"
        case .digits: "a number"
        case .partitionSize: "a number of MiB, or a number with M or G"
        case .volumeSize: "a number of MiB, a number with M or G, or all"
        case .blocks: "a number of blocks, or all"
        case .locales: "locales like en_US or de_DE, separated by commas, without '.UTF-8'; or C or POSIX"
        case .volumeAttributes:
            "one or more of \(Self.knownVolumeAttributes.joined(separator: ", ")), separated by commas"
        case .groups: "groups separated by commas, each a name or name:number"
        case .port: "a port number, or a number with /tcp or /udp"
        case .macAddress: "a MAC address like 52:54:00:12:34:56"
        case .uuid: "a lower-case UUID like 1a2b3c4d-0000-4000-8000-0123456789ab"
        case .mediaText: "1 to 128 letters, digits, blanks, '_' and punctuation"
        case .keyLocation: "a location that starts with file:, https:, http:, ftp: or this:"
        case .fourPartVersion: "four numbers from 0 to 65535 separated by dots"
        case .outputConsoles:
            "one or more of \(Self.knownOutputConsoles.joined(separator: ", ")), separated by blanks"
        case .inputConsoles:
            "one or more of \(Self.knownInputConsoles.joined(separator: ", ")), separated by blanks"
        case .architectures:
            "architectures separated by commas without blanks: \(Self.knownArchitectures.joined(separator: ", "))"
        case .diskFormat:
            "\(oneOf(Self.knownDiskFormats)); or oci: or docker: and one of \(Self.knownContainerDiskFormats.joined(separator: ", "))"
        case .schemaVersion: Schema.version
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
func oneOf(_ names: [String]) -> String {
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or " + last
}
