import KiwiToolbox

/// The programs the image types and commands call, with the Debian packages that bring them.
public enum ToolTable {
    /// What a group of programs is for.
    public struct Group: Sendable {
        public var name: String
        /// Whether live images need it.
        public var essential: Bool
        /// Image types whose builds need it; nil for all, empty for a command or a choice in the description.
        public var types: Set<String>? = []
        /// The package manager that builds of its distributions need.
        public var manager: HostPackageManager?
        public var tools: [ToolRequirement]
        /// Files that must exist beside the programs: path and package.
        public var files: [(path: String, package: String)] = []
    }

    public static let groups: [Group] = [
        Group(
            name: "every build", essential: true, types: nil,
            tools: [
                ToolRequirement("unshare", package: "util-linux", to: "make the sandbox"),
                ToolRequirement("setpriv", package: "util-linux", to: "make the sandbox"),
                ToolRequirement("mount", package: "mount", to: "give a tree its kernel file systems"),
                ToolRequirement("newuidmap", package: "uidmap", to: "map the ids of packages"),
                ToolRequirement("newgidmap", package: "uidmap", to: "map the ids of packages"),
                ToolRequirement("tar", package: "tar", to: "unpack archives"),
                ToolRequirement("openssl", package: "openssl", to: "hash plain passwords"),
            ]),
        Group(
            name: "package manager apt", essential: true, manager: .apt,
            tools: [
                ToolRequirement("apt-get", package: "apt", to: "resolve and download packages"),
                ToolRequirement("apt-cache", package: "apt", to: "read package indexes"),
                ToolRequirement("dpkg-deb", package: "dpkg", to: "unpack packages"),
                ToolRequirement("gpgv", package: "gpgv", to: "verify repositories"),
            ]),
        Group(
            name: "package managers dnf4, dnf5 and microdnf", essential: false, manager: .dnf,
            tools: [
                ToolRequirement(
                    "dnf-3", package: "dnf", alternatives: ["dnf5"],
                    to: "resolve, download and install packages"),
                ToolRequirement("rpm", package: "rpm", to: "ask and change package databases"),
            ]),
        Group(
            name: "package manager zypper", essential: false, manager: .zypper,
            tools: [
                ToolRequirement("zypper", package: "zypper", to: "resolve, download and install packages"),
                ToolRequirement("rpm", package: "rpm", to: "ask and change package databases"),
            ]),
        Group(
            name: "package manager pacman", essential: false, manager: .pacman,
            tools: [
                ToolRequirement(
                    "pacman", package: "pacman-package-manager", to: "resolve, download and install packages"),
                ToolRequirement("gpg", package: "gpg", to: "make keyrings"),
            ]),
        Group(
            name: "package manager apk", essential: false, manager: .apk,
            tools: [
                ToolRequirement(
                    "apk", from: "Alpine's apk-tools (apk.static, under the name apk)",
                    to: "resolve, download and install packages")
            ]),
        Group(
            name: "lock files of rpm packages and of pacman", essential: false,
            tools: [
                ToolRequirement("curl", package: "curl", to: "download the packages of a lock file"),
                ToolRequirement(
                    "createrepo_c", package: "createrepo-c", to: "index the packages of a lock file"),
            ]),
        Group(
            name: "squashfs", essential: true, types: ["iso", "squashfs", "oem", "kis", "pxe"],
            tools: [ToolRequirement("mksquashfs", package: "squashfs-tools", to: "pack the root tree")]),
        Group(
            name: "image type iso", essential: true, types: ["iso", "oem"],
            tools: [
                ToolRequirement("xorriso", package: "xorriso", to: "write the ISO"),
                ToolRequirement("mkfs.fat", package: "dosfstools", to: "make the EFI boot image"),
                ToolRequirement("mcopy", package: "mtools", to: "fill the EFI boot image"),
                ToolRequirement("grub-mkimage", package: "grub-common", to: "assemble the boot loader"),
            ],
            files: [
                ("/usr/lib/grub/i386-pc/cdboot.img", "grub-pc-bin"),
                ("/usr/lib/grub/x86_64-efi/normal.mod", "grub-efi-amd64-bin"),
            ]),
        Group(
            name: "other file systems", essential: false,
            types: ["ext2", "ext3", "ext4", "xfs", "btrfs", "erofs", "oem", "kis", "pxe"],
            tools: [
                ToolRequirement("mkfs.ext4", package: "e2fsprogs", to: "make ext4"),
                ToolRequirement("mkfs.xfs", package: "xfsprogs", to: "make xfs"),
                ToolRequirement("faketime", package: "faketime", to: "give the files of an xfs a fixed time"),
                ToolRequirement("mkfs.btrfs", package: "btrfs-progs", to: "make btrfs"),
                ToolRequirement("mkfs.erofs", package: "erofs-utils", to: "make erofs"),
            ]),
        Group(
            name: "helper machine for xfs and btrfs", essential: false, types: ["xfs", "btrfs"],
            tools: [
                ToolRequirement("qemu-system-x86_64", package: "qemu-system-x86", to: "run it"),
                ToolRequirement("insmod", package: "kmod", to: "load its modules"),
            ]),
        Group(
            name: "encrypted and protected root file systems", essential: false, types: ["oem"],
            tools: [
                ToolRequirement("cryptsetup", package: "cryptsetup-bin", to: "encrypt the root device"),
                ToolRequirement(
                    "veritysetup", package: "cryptsetup-bin", to: "protect the root file system"),
                ToolRequirement("openssl", package: "openssl", to: "sign the verification metadata"),
            ]),
        Group(
            name: "archives and containers", essential: false,
            types: ["tbz", "docker", "oci", "wsl", "appx", "kis", "pxe"],
            tools: [
                ToolRequirement("xz", package: "xz-utils", to: "compress archives"),
                ToolRequirement("pigz", package: "pigz", to: "compress container layers"),
                ToolRequirement("skopeo", package: "skopeo", to: "fetch base images of containers"),
            ]),
        Group(
            name: "formats of disks (format=), kiwi image resize", essential: false, types: ["oem"],
            tools: [
                ToolRequirement("qemu-img", package: "qemu-utils", to: "convert the disk"),
                ToolRequirement("sfdisk", package: "fdisk", to: "move the end of the partition table"),
                ToolRequirement("pigz", package: "pigz", to: "compress boxes and archives"),
            ]),
        Group(
            name: "kiwi result bundle", essential: false,
            tools: [
                ToolRequirement("xz", package: "xz-utils", to: "compress results"),
                ToolRequirement("zstd", package: "zstd", to: "compress results"),
                ToolRequirement("zsyncmake", package: "zsync", to: "write zsync files (--zsync-source)"),
                ToolRequirement("rpmbuild", package: "rpm", to: "make packages (--package-as-rpm)"),
            ]),
        Group(
            name: "kiwi image diff", essential: false,
            tools: [
                ToolRequirement("xorriso", package: "xorriso", to: "read ISO media"),
                ToolRequirement("unsquashfs", package: "squashfs-tools", to: "unpack squashfs"),
                ToolRequirement("fsck.erofs", package: "erofs-utils", to: "unpack erofs"),
                ToolRequirement("debugfs", package: "e2fsprogs", to: "unpack ext file systems"),
            ]),
        Group(
            name: "kiwi image boot", essential: false,
            tools: [
                ToolRequirement("qemu-system-x86_64", package: "qemu-system-x86", to: "run a virtual machine")
            ]),
        Group(
            name: "kiwi netboot", essential: false,
            tools: [
                DHCPService.requirement,
                ToolRequirement("grub-mkimage", package: "grub-common", to: "make the boot loaders"),
                ToolRequirement("xorriso", package: "xorriso", to: "read ISO media"),
            ]),
    ]
}
