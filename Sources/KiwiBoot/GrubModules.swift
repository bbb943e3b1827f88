/// Which modules go into a GRUB core image for a boot medium.
public enum GrubModules {
    private static let common = [
        "iso9660", "part_gpt", "part_msdos", "fat", "ext2", "normal", "configfile", "linux", "search",
        "search_fs_file", "search_fs_uuid", "search_label", "echo", "test", "true", "serial", "terminal",
        "ls",
        "cat", "loadenv", "minicmd", "reboot", "halt", "gfxterm", "gfxmenu", "font", "png", "gettext", "gzio",
        "loopback", "regexp", "probe", "all_video",
    ]

    /// In the order they are linked. Those the origin does not have are left out
    /// (`all_video` and `linuxefi` do not exist everywhere).
    public static func medium(_ platform: LoaderPlatform, available: Set<String>) -> [String] {
        let own =
            platform.isEFI
            ? ["efi_gop", "efi_uga", "linuxefi", "fwsetup"] : ["biosdisk", "vga", "vbe", "chain"]
        return (own + common).filter(available.contains)
    }

    /// What reaches the file system with the kernel on a disk, beside what media need.
    private static let disk = [
        "xfs", "btrfs", "squash4", "lvm", "mdraid09", "mdraid1x", "diskfilter", "cryptodisk", "luks", "luks2",
        "gcry_rijndael", "gcry_sha256", "gcry_sha512", "gcry_sha1", "pbkdf2", "extcmd", "blscfg",
    ]

    public static func disk(_ platform: LoaderPlatform, available: Set<String>) -> [String] {
        // For EFI programs with a kernel inside; on BIOS media have it already.
        let own = platform.isEFI ? ["chain"] : []
        return medium(platform, available: available) + (own + disk).filter(available.contains)
    }

    /// Module names from the names of a module folder's files.
    public static func available(in names: [String]) -> Set<String> {
        Set(names.filter { $0.hasSuffix(".mod") }.map { String($0.dropLast(4)) })
    }
}
