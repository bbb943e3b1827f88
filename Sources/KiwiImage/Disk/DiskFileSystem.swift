import KiwiBoot
import KiwiDescription
import KiwiStorage

/// One file system of a disk, the part of the root tree it holds, and its line in fstab.
public struct DiskFileSystem: Sendable, Codable, Hashable {
    public enum Kind: Sendable, Codable, Hashable {
        case linux(FileSystemKind)
        /// Bits of the table: 16 or 32.
        case fat(Int)
        case swap

        /// The name in fstab.
        public var name: String {
            switch self {
            case .linux(let kind): kind.rawValue
            case .fat: "vfat"
            case .swap: "swap"
            }
        }

        /// From the description: `ext4`, `fat32`...
        public init?(_ name: String) {
            switch name {
            case "fat16": self = .fat(16)
            case "fat32": self = .fat(32)
            default:
                guard let kind = FileSystemKind(rawValue: name) else { return nil }
                self = .linux(kind)
            }
        }
    }

    /// That of its partition; `volume.NAME` on volumes other than the root's.
    public var key: String
    public var kind: Kind
    /// The logical volume it stands on.
    public var volume: String?
    public var label: String?
    /// Where it is mounted, and the folder of the tree whose content it holds; nil: it is empty.
    public var mountPoint: String?
    public var mountOptions: String
    /// The number for fsck in fstab.
    public var checkOrder = 0
    /// A copy of another one: it is never mounted, and has an identity of its own.
    public var isCopy = false
    /// Whether it is made empty although it is mounted: what an overlay writes to.
    public var isEmpty = false
    /// Whether fstab has a line for it.
    public var isListed = true
    /// Attributes of its root folder for chattr: `C`, `S`.
    public var folderAttributes: [String] = []

    public init(
        _ key: String, _ kind: Kind, label: String?, at mountPoint: String?, options: String = "defaults"
    ) {
        self.key = key
        self.kind = kind
        self.label = label
        self.mountPoint = mountPoint
        mountOptions = options
    }

    /// The UUID as blkid shows it.
    public func uuid(_ ids: ImageIDs) -> String {
        if case .fat = kind {
            let serial = fatSerial(ids).uppercased()
            return "\(serial.prefix(4))-\(serial.dropFirst(4))"
        }
        return key == "root" ? ids.rootUUID : ids.id("file-system.\(key)").uuid
    }

    /// Eight hex digits.
    public func fatSerial(_ ids: ImageIDs) -> String {
        key == "efi" ? ids.fatSerial : ids.id("file-system.\(key)").hex32
    }
}
