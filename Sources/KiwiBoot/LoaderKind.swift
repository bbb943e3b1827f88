import KiwiDescription

/// Which program starts the system of a disk: `<bootloader name>`.
public enum LoaderKind: String, Sendable, Codable {
    case grub2
    case systemdBoot = "systemd_boot"
    /// Whatever the description's scripts put there.
    case custom

    /// The loader of a type; nil for one that no disk built here can have.
    public init?(_ type: ImageType) {
        guard let loader = type.bootloader else {
            self = .grub2
            return
        }
        self.init(rawValue: loader.name)
    }
}
