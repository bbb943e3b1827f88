import KiwiDescription

/// What a partition is for, as partition tables say it.
public enum PartitionType: Hashable, Sendable, Codable {
    case biosBoot, efiSystem, prep, linux, swap, lvm, raid
    /// Types of the Discoverable Partitions Specification, under its short names: `root`, `usr`, `home`...
    case discoverable(String, Architecture)

    /// The type GUID in a GPT, upper case.
    ///
    /// Sources: UEFI specification 5.3, GPT fdisk's table of codes, and the Discoverable Partitions
    /// Specification.
    public var guid: String {
        switch self {
        case .biosBoot: "21686148-6449-6E6F-744E-656564454649"
        case .efiSystem: "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
        case .prep: "9E1A2D38-C612-4316-AA26-8B49521E5A8B"
        case .linux: Self.linuxData
        case .swap: "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F"
        case .lvm: "E6D6D379-F507-44C2-A23C-238F2A3DF928"
        case .raid: "A19D880F-05FC-4D3B-A006-743F0F84911E"
        case .discoverable(let name, let architecture):
            Self.discoverable[name] ?? Self.byArchitecture[name]?[architecture.resultName] ?? Self.linuxData
        }
    }

    /// The type in an MBR.
    public var code: UInt8 {
        switch self {
        case .efiSystem: 0xef
        case .prep: 0x41
        case .swap: 0x82
        case .lvm: 0x8e
        case .raid: 0xfd
        case .biosBoot, .linux, .discoverable: 0x83
        }
    }

    /// The type in the MBR beside a GPT.
    public var hybridCode: UInt8 {
        switch self {
        case .biosBoot: 0xef
        case .discoverable("xbootldr", _): 0xea
        default: code
        }
    }

    private static let linuxData = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"

    private static let discoverable = [
        "xbootldr": "BC13C2FF-59E6-4262-A352-B275FD6F7172",
        "home": "933AC7E1-2EB4-4F13-B844-0E14E2AEF915",
        "srv": "3B8F8425-20E0-4F3B-907F-1A25A76F98E8",
        "var": "4D21B016-B534-45C2-A9FB-5C16E091FD2D",
        "tmp": "7EC6F557-3BC5-4ACA-B293-16EF5DF639D1",
        "user-home": "773F91EF-66D4-49B5-BD83-D683BF40AD16",
    ]

    private static let byArchitecture = [
        "root": [
            "x86_64": "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709", "ix86": "44479540-F297-41B2-9AF7-D131D5F0458A",
            "aarch64": "B921B045-1DF0-41C3-AF44-4C6F280D3FAE",
            "riscv64": "72EC70A6-CF74-40E6-BD49-4BDA08E8F224",
        ],
        "usr": [
            "x86_64": "8484680C-9521-48C6-9C11-B0720656F69E", "ix86": "75250D76-8CC6-458E-BD66-BD47CC81A812",
            "aarch64": "B0E01050-EE5F-4390-949A-9101B17104E9",
            "riscv64": "BEAEC34B-8442-439B-A40B-984381ED097D",
        ],
        "usr-verity": [
            "x86_64": "77FF5F63-E7B6-4633-ACF4-1565B864C0E6", "ix86": "8F461B0D-14EE-4E81-9AA9-049B6FB97ABD",
            "aarch64": "6E11A4E7-FBCA-4DED-B9E9-E1A512BB664E",
            "riscv64": "8F1056BE-9B05-47C4-81D6-BE53128E5B54",
        ],
    ]

    /// Whether the specification knows a partition under this name.
    public static func isDiscoverable(_ name: String, on architecture: Architecture) -> Bool {
        discoverable[name] != nil || byArchitecture[name]?[architecture.resultName] != nil
    }
}
