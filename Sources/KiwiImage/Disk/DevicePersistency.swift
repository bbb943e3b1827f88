/// How fstab and the kernel's command line name devices: `devicepersistency`.
public enum DevicePersistency: String, Sendable, Codable {
    case uuid = "UUID"
    case label = "LABEL"
    case partitionUUID = "PARTUUID"

    init(_ written: String?) {
        switch written {
        case "by-label": self = .label
        case "by-partuuid": self = .partitionUUID
        default: self = .uuid
        }
    }

    /// The folder below `/dev/disk`.
    var folder: String { "by-\(rawValue.lowercased())" }
}
