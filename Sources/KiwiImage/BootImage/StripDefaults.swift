import KiwiToolbox

/// What every boot image keeps or loses, whatever its description says: names, as in `<strip>`.
enum StripDefaults {
    /// Part of the key of stripped trees.
    static var digest: String { Digest(ofParts: delete + [""] + tools + [""] + libraries).hex }

    /// Paths that go.
    static let delete = [
        "/usr/share/doc", "/usr/share/doc-base", "/usr/share/gtk-doc", "/usr/share/help", "/usr/share/info",
        "/usr/share/lintian", "/usr/share/locale", "/usr/share/man", "/usr/share/bug",
        "/usr/share/common-licenses",
        "/usr/share/licenses", "/usr/share/i18n", "/usr/share/zoneinfo", "/usr/share/bash-completion",
        "/usr/share/zsh", "/usr/share/fish", "/usr/share/pixmaps", "/usr/share/icons",
        "/usr/share/applications",
        "/usr/share/perl*", "/usr/share/debconf", "/usr/share/python*", "/usr/include", "/usr/src",
        "/usr/games",
        "/usr/lib/apt", "/usr/lib/dpkg", "/usr/lib/rpm", "/usr/lib/zypp", "/usr/lib/python*",
        "/usr/lib/perl*",
        "/usr/lib/*/perl*", "/usr/lib/locale", "/usr/lib/mime", "/usr/lib/pkgconfig", "/usr/lib/*/pkgconfig",
        "/usr/lib/*/gconv", "/usr/lib64/gconv", "/usr/lib/*/audit", "/etc/apt", "/etc/dpkg", "/etc/cron.*",
        "/etc/zypp", "/etc/yum.repos.d", "/var/cache/*", "/var/lib/apt", "/var/lib/dpkg", "/var/lib/rpm",
        "/usr/lib/sysimage/rpm", "/var/lib/pacman", "/var/lib/zypp", "/var/lib/dnf", "/var/lib/ucf",
        "/var/log/*",
    ]

    /// Programs that stay in bin and sbin: what boot code, its hooks and people who repair a boot use.
    static let tools = [
        // Shells and what scripts are made of.
        "bash", "sh", "dash", "busybox", "awk", "gawk", "mawk", "sed", "grep", "egrep", "fgrep", "expr",
        "test",
        "[", "true", "false", "echo", "printf", "env", "seq", "sleep", "usleep", "date", "bc", "tr", "cut",
        "head",
        "tail", "sort", "uniq", "wc", "cat", "tac", "tee", "xargs", "find", "basename", "dirname", "readlink",
        "realpath", "mktemp", "mkfifo", "stat", "touch", "which", "getopt", "timeout", "od", "hexdump", "xxd",
        "strings", "cmp", "diff",
        // Files.
        "cp", "mv", "rm", "ln", "ls", "mkdir", "rmdir", "chmod", "chown", "chgrp", "mknod", "dd", "df", "du",
        "sync", "install", "truncate", "fallocate", "flock", "file", "tar", "cpio", "gzip", "gunzip", "zcat",
        "bzip2", "bunzip2", "xz", "unxz", "xzcat", "zstd", "unzstd", "zstdcat", "lz4", "rsync", "pv",
        "md5sum",
        "sha1sum", "sha256sum", "sha512sum", "base64", "getfattr", "setfattr",
        // Processes and the machine.
        "ps", "kill", "killall", "pidof", "pgrep", "pkill", "killall5", "nohup", "nice", "id", "uname",
        "hostname",
        "arch", "nproc", "free", "dmesg", "logger", "reboot", "poweroff", "halt", "shutdown", "init",
        "systemctl",
        "udevadm", "systemd-udevd", "udevd", "udevsettle", "udevtrigger", "modprobe", "insmod", "rmmod",
        "lsmod",
        "modinfo", "depmod", "kmod", "hwinfo", "lspci", "lsusb", "dmidecode", "sysctl", "kexec", "chroot",
        "switch_root", "pivot_root", "run-init", "setsid", "openvt", "chvt", "getty", "agetty", "stty", "tty",
        "clear", "tput", "reset", "setfont", "loadkeys", "kbd_mode", "dialog", "fbiterm", "plymouth",
        "plymouthd",
        "vi", "less", "more",
        // Disks and file systems.
        "mount", "umount", "mountpoint", "findmnt", "findfs", "blkid", "lsblk", "blockdev", "losetup",
        "fdisk",
        "sfdisk",
        "cfdisk", "sgdisk", "gdisk", "parted", "partprobe", "partx", "kpartx", "fdasd", "dasdfmt", "hdparm",
        "wipefs", "mkswap", "swapon", "swapoff", "fsck", "fsck.*", "e2fsck", "mke2fs", "tune2fs", "resize2fs",
        "dumpe2fs", "debugfs", "e2label", "mkfs", "mkfs.*", "mkdosfs", "fatlabel", "xfs_*", "btrfs*",
        "mksquashfs",
        "unsquashfs", "dmsetup", "dmeventd", "lvm", "lvs", "lvcreate", "lvresize", "lvextend", "lvreduce",
        "lvremove", "lvchange", "lvscan", "lvdisplay", "vgs", "vgcreate", "vgchange", "vgscan", "vgrename",
        "vgextend", "vgremove", "vgdisplay", "pvs", "pvcreate", "pvresize", "pvremove", "pvscan", "pvdisplay",
        "mdadm", "mdmon", "multipath", "multipathd", "dmraid", "cryptsetup", "veritysetup", "integritysetup",
        "checkmedia", "eject", "nbd-client", "aoe-*", "iscsiadm", "iscsid", "iscsistart", "mount.*",
        "umount.*",
        // Network.
        "ip", "ifconfig", "route", "ping", "arping", "ethtool", "dhclient", "dhclient-script", "dhcpcd",
        "udhcpc",
        "wickedd*", "wicked", "curl", "wget", "tftp", "atftp", "lftp", "dolly", "ssh", "scp", "sshd",
        "dropbear",
        "nslookup", "host", "portmap", "rpcbind", "rpc.statd",
        // Boot loaders that boot code installs.
        "grub-*", "grub2-*", "extlinux", "zipl", "efibootmgr", "dracut", "lsinitrd",
        // Accounts.
        "login", "sulogin", "su",
    ]

    /// Libraries that programs load by name, without needing them in the ELF sense.
    static let libraries = [
        "libnss_files", "libnss_dns", "libnss_compat", "libresolv", "libgcc_s", "libdevmapper-event*",
        "libfreebl*", "libsoftokn*", "libpam", "libpam_misc",
    ]
}
