/// What templates need to know about a distribution.
struct TemplateDistribution: Sendable {
    var name: String
    var title: String
    var packageManager: String
    /// `<repository>` elements.
    var repositories: String
    var bootstrap: [String]
    /// What every image has.
    var base: [String]
    /// What every image that boots has.
    var boot: [String]
    /// What live systems need beside.
    var live: [String]
    /// What disks need beside for growing, and loaders where all machines have the same.
    var disk: [String]
    /// Programs of the loader, where they are apart.
    var loader: [String] = []
    /// What disks need beside for UEFI, where that is apart.
    var efi: [String] = []
    /// What disks of x86 machines need for a BIOS.
    var bios: [String] = []
    /// For which architectures beside x86_64 its names fit, as results have them. `{debian}` is Debian's name of
    /// one, `{kernel}` the end of the name of its kernel package.
    var otherArchitectures: Set<String> = []
    /// Units that `config.sh` switches on.
    var services: [String]

    func packages(for kind: DescriptionTemplate.Kind, _ architecture: Architecture) -> [String] {
        let isPC = ["x86_64", "ix86"].contains(architecture.resultName)
        let bios = isPC ? bios : []
        let efi = architecture.hasUEFI ? efi : []
        let names =
            switch kind {
            case .container: base
            // The loader of a PC's medium comes from the building machine, which has none for others.
            case .live: base + boot + live + (isPC ? [] : efi + loader)
            case .disk, .installer: base + boot + bios + efi + loader + disk
            }
        return names.map {
            $0.replacing("{debian}", with: architecture.debianName)
                .replacing("{kernel}", with: architecture.debianKernel)
        }
    }

    static let all = [debian, ubuntu, openSUSE, fedora, arch]

    /// The archive of the build machine itself, for its own distribution.
    private static let buildHost = """
            <!-- 'buildhost:' is the archive this machine itself installs from; on a machine of another
                 distribution a mirror rule for 'buildhost:' names it (see 'kiwi help') -->

        """

    private static func debianArchive(_ suites: [String], components: String) -> String {
        buildHost
            + suites.map { suite in
                """
                    <repository type="apt-deb" alias="\(suite)" distribution="\(suite)" components="\(components)">
                        <source path="buildhost:"/>
                    </repository>
                """
            }.joined(separator: "\n")
    }

    private static let debian = TemplateDistribution(
        name: "debian", title: "Debian 12", packageManager: "apt",
        repositories: debianArchive(["bookworm", "bookworm-updates"], components: "main"),
        bootstrap: ["ca-certificates", "debian-archive-keyring"],
        base: ["bash", "coreutils", "less", "procps"],
        boot: [
            "dracut", "linux-image-{kernel}", "systemd", "systemd-sysv", "udev", "dbus", "e2fsprogs",
            "iproute2",
            "kmod", "login", "mount", "passwd",
        ],
        live: ["dmsetup", "dracut-network", "fdisk", "curl"],
        disk: ["fdisk", "gdisk", "parted"], loader: ["grub2-common"],
        efi: ["grub-efi-{debian}-bin", "grub-efi-{debian}-signed", "shim-signed"], bios: ["grub-pc-bin"],
        otherArchitectures: ["aarch64", "ix86"],
        services: ["systemd-networkd.service"])

    private static let ubuntu = TemplateDistribution(
        name: "ubuntu", title: "Ubuntu 24.04", packageManager: "apt",
        repositories: debianArchive(["noble", "noble-updates"], components: "main universe"),
        bootstrap: ["ca-certificates", "ubuntu-keyring"],
        base: ["bash", "coreutils", "less", "procps"],
        boot: [
            "dracut", "linux-image-generic", "systemd", "systemd-sysv", "udev", "dbus", "e2fsprogs",
            "iproute2",
            "kmod", "login", "mount", "passwd",
        ],
        live: ["dmsetup", "dracut-network", "fdisk", "curl"],
        disk: ["fdisk", "gdisk", "parted"], loader: ["grub2-common"],
        efi: ["grub-efi-{debian}-bin", "grub-efi-{debian}-signed", "shim-signed"], bios: ["grub-pc-bin"],
        otherArchitectures: ["aarch64"],
        services: ["systemd-networkd.service"])

    private static let openSUSE = TemplateDistribution(
        name: "opensuse", title: "openSUSE Tumbleweed", packageManager: "zypper",
        repositories: """
                <!-- obs://PROJECT/REPOSITORY is a repository of the build service. -->
                <repository type="rpm-md" alias="tumbleweed">
                    <source path="obs://openSUSE:Tumbleweed/standard"/>
                </repository>
            """,
        bootstrap: ["filesystem", "glibc-locale-base", "ca-certificates", "openSUSE-release"],
        base: ["bash", "coreutils", "less", "procps"],
        boot: ["dracut", "kernel-default", "systemd", "iproute2", "util-linux-systemd", "e2fsprogs"],
        live: ["grub2", "grub2-i386-pc", "grub2-x86_64-efi", "squashfs", "curl"],
        disk: ["grub2", "grub2-i386-pc", "grub2-x86_64-efi", "shim", "gptfdisk", "parted"],
        services: ["systemd-networkd.service"])

    private static let fedora = TemplateDistribution(
        name: "fedora", title: "Fedora", packageManager: "dnf5",
        repositories: buildHost + """
                <repository type="rpm-md" alias="fedora" sourcetype="metalink">
                    <source path="buildhost:"/>
                </repository>
            """,
        bootstrap: ["filesystem", "fedora-release", "ca-certificates"],
        base: ["bash", "coreutils", "less", "procps-ng"],
        boot: ["dracut", "kernel", "systemd", "systemd-networkd", "iproute", "util-linux", "e2fsprogs"],
        live: ["dracut-live", "grub2-pc-modules", "grub2-efi-x64-modules", "shim-x64", "curl"],
        disk: ["grub2-pc", "grub2-efi-x64", "grub2-efi-x64-modules", "shim-x64", "gdisk", "parted"],
        services: ["systemd-networkd.service"])

    private static let arch = TemplateDistribution(
        name: "arch", title: "Arch Linux", packageManager: "pacman",
        repositories: buildHost + """
                <repository alias="core">
                    <source path="buildhost:"/>
                </repository>
            """,
        bootstrap: ["filesystem", "base"],
        base: ["bash", "coreutils", "less", "procps-ng"],
        boot: ["dracut", "linux", "systemd", "iproute2", "util-linux", "e2fsprogs"],
        live: ["grub", "squashfs-tools", "curl"],
        disk: ["grub", "gptfdisk", "parted"],
        services: ["systemd-networkd.service"])
}
