/// What installs programs on a build machine.
public enum HostPackageManager: String, CaseIterable, Sendable {
    case apt, dnf, zypper, pacman

    /// The one of a distribution.
    ///
    /// - Parameter families: `ID` and the words of `ID_LIKE` of os-release.
    public init?(families: [String]) {
        for family in families {
            switch family {
            case "debian", "ubuntu": self = .apt
            case "fedora", "rhel", "centos": self = .dnf
            case "suse", "opensuse", "sles": self = .zypper
            case "arch": self = .pacman
            default: continue
            }
            return
        }
        return nil
    }

    /// The command without the packages.
    public var command: String {
        switch self {
        case .apt: "apt-get install --no-install-recommends"
        case .dnf: "dnf install"
        case .zypper: "zypper install"
        case .pacman: "pacman -S --needed"
        }
    }

    /// What Debian's package is called here; nil where the distribution has nothing like it.
    func package(_ debian: String) -> String? {
        guard self != .apt else { return debian }
        guard let names = Self.names[debian] else { return debian }
        let name =
            switch self {
            case .dnf: names.fedora
            case .zypper: names.suse
            default: names.arch
            }
        return name.isEmpty ? nil : name
    }

    /// Packages that have other names elsewhere; empty where there is none.
    private static let names: [String: (fedora: String, suse: String, arch: String)] = [
        "apt": ("apt", "", ""),
        "btrfs-progs": ("btrfs-progs", "btrfsprogs", "btrfs-progs"),
        "createrepo-c": ("createrepo_c", "createrepo_c", "createrepo_c"),
        "cryptsetup-bin": ("cryptsetup", "cryptsetup", "cryptsetup"),
        "dpkg": ("dpkg", "dpkg", "dpkg"),
        "faketime": ("libfaketime", "libfaketime", "libfaketime"),
        "fdisk": ("util-linux", "util-linux", "util-linux"),
        "gpg": ("gnupg2", "gpg2", "gnupg"),
        "gpgv": ("gnupg2", "gpg2", "gnupg"),
        "grub-common": ("grub2-tools-minimal", "grub2", "grub"),
        "grub-efi-amd64-bin": ("grub2-efi-x64-modules", "grub2-x86_64-efi", "grub"),
        "grub-pc-bin": ("grub2-pc-modules", "grub2-i386-pc", "grub"),
        "mount": ("util-linux", "util-linux", "util-linux"),
        "ovmf": ("edk2-ovmf", "qemu-ovmf-x86_64", "edk2-ovmf"),
        "pacman-package-manager": ("pacman", "", "pacman"),
        "qemu-system-x86": ("qemu-system-x86-core", "qemu-x86", "qemu-system-x86"),
        "qemu-utils": ("qemu-img", "qemu-tools", "qemu-img"),
        "rpm": ("rpm-build", "rpm-build", "rpm-tools"),
        "squashfs-tools": ("squashfs-tools", "squashfs", "squashfs-tools"),
        "uidmap": ("shadow-utils", "shadow", "shadow"),
        "xorriso": ("xorriso", "xorriso", "libisoburn"),
        "xz-utils": ("xz", "xz", "xz"),
    ]
}
