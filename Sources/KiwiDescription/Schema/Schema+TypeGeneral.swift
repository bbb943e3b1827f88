extension Schema {
    static let typeAttributesGeneral: [AttributeSchema] = [
        AttributeSchema(
            "image",
            .choice([
                "btrfs", "cpio", "docker", "ext2", "ext3", "ext4", "iso", "oem", "pxe", "kis", "squashfs",
                "erofs", "tbz", "xfs", "oci", "appx", "enclave", "wsl",
            ]), required: true,
            "Selects the builder: btrfs/ext2/ext3/ext4/xfs/squashfs/erofs = filesystem image; oem = disk; iso = live; kis, pxe = kernel+initrd(+fs) set; enclave; tbz, cpio = archive; docker, oci, appx, wsl = container."
        ),
        AttributeSchema(
            "primary", .boolean, "Default type of the description; default false."),
        AttributeSchema(
            "bundle_format", .text,
            "Name pattern of bundled files: %N name %P profiles joined \"_\" %A arch %I bundle id %T type %M %m %p version parts %v full version; --bundle-format wins."
        ),
        AttributeSchema(
            "kernelcmdline", .text, on: ["oem", "iso", "pxe", "kis", "enclave"],
            "Appended to kernel command line; a root= in it replaces the computed root=."),
        AttributeSchema(
            "firmware", .choice(["bios", "ec2", "efi", "uefi", "ofw", "opal", "custom"]),
            on: ["oem", "pxe", "iso"],
            "Default by arch: x86_64/ix86/i586/i686 bios; ppc* ofw; arm*, aarch64, riscv64, loongarch64 efi; s390* none. Allowed: x86_64 efi uefi bios ec2; 32-bit x86 bios; arm/riscv efi uefi; ppc ofw; ppc64* ofw opal; s390 none; custom anywhere. Other pair: error when the table type is first asked for (image creation at the latest)."
        ),
        AttributeSchema(
            "initrd_system", .choice(["kiwi", "dracut", "none"]), on: ["oem", "pxe", "kis"],
            "Default dracut for oem, iso, kis; kiwi for pxe; none for all others; iso always dracut."),
        AttributeSchema(
            "boot", .text, on: ["oem", "pxe"],
            "Kiwi initrd description path, relative to /usr/share/kiwi/custom_boot; only with initrd_system=kiwi."
        ),
        AttributeSchema(
            "bootkernel", .text, default: "std", "Profile in boot description choosing the kernel."),
        AttributeSchema(
            "bootprofile", .text, on: ["oem", "iso", "pxe", "cpio"], default: "default",
            "Profile in boot description."),
        AttributeSchema(
            "xen_server", .boolean, on: ["oem"], default: "false", "Dom0 image: Xen hypervisor entry."),
        AttributeSchema(
            "selinux_policy", .choice(["targeted", "mls", "minimum"]), default: "targeted",
            "Used only when the root has file_contexts and setfiles."),
        AttributeSchema(
            "devicepersistency", .choice(["by-uuid", "by-label", "by-partuuid"]), default: "by-uuid",
            "How fstab and root= name devices."),
        AttributeSchema(
            "rootfs_label", .text, on: ["oem", "pxe", "kis", "docker"], default: "ROOT", "TODO."),
        AttributeSchema(
            "metadata_path", .text, on: ["appx"], "Directory with appx manifest files; required for appx."),
        AttributeSchema(
            "editbootconfig", .text, on: ["oem", "iso"],
            "Script in the description run before loader install; no default; missing file = error."),
        AttributeSchema(
            "editbootinstall", .text, on: ["oem"], "Same, run after loader install."),
        AttributeSchema(
            "wwid_wait_timeout", .integer(minimum: 0), on: ["oem"], default: "3",
            "Multipath wait seconds, doc ; only exported (kiwi_wwid_wait_timeout)."),
        AttributeSchema(
            "ramonly", .boolean, on: ["oem"], "Overlay writes to RAM; only exported (kiwi_ramonly)."),
    ]
}
