extension Schema {
    static let typeAttributesGeneral: [AttributeSchema] = [
        AttributeSchema(
            "image",
            .choice([
                "btrfs", "cpio", "docker", "ext2", "ext3", "ext4", "iso", "oem", "pxe", "kis", "squashfs",
                "erofs", "tbz", "xfs", "oci", "appx", "enclave", "wsl",
            ]), required: true,
            "What is built: oem a disk, iso a live system, kis and pxe kernel, initrd and file system, docker, oci, wsl and appx containers, tbz and cpio archives, else a plain file system."
        ),
        AttributeSchema(
            "primary", .boolean, default: "false", "The type that is built when none is named."),
        AttributeSchema(
            "bundle_format", .text,
            "Name pattern of bundled results; %N name, %P profiles, %A architecture, %I id, %T type, %M, %m, %p and %v version."
        ),
        AttributeSchema(
            "kernelcmdline", .text, on: ["oem", "iso", "pxe", "kis", "enclave"],
            needs: ["image=oem", "image=iso", "image=enclave", "filesystem"],
            "Added to the kernel command line; a root= in it replaces the computed one."),
        AttributeSchema(
            "firmware", .choice(["bios", "ec2", "efi", "uefi", "ofw", "opal", "custom"]),
            on: ["oem", "pxe", "iso"], effect: ["oem", "iso"],
            "The firmware the image boots with; default bios on x86, ofw on POWER, efi on ARM and RISC-V."),
        AttributeSchema(
            "initrd_system", .choice(["kiwi", "dracut", "none"]), on: ["oem", "pxe", "kis"],
            "What makes the initrd; default dracut for oem, iso and kis, kiwi for pxe."),
        AttributeSchema(
            "boot", .text, on: ["oem", "pxe"],
            "The description of a kiwi initrd; needs initrd_system=\"kiwi\"."),
        AttributeSchema(
            "bootkernel", .text, effect: ["oem", "pxe"], default: "std", needs: ["initrd_system=kiwi"],
            "The profile of the kiwi initrd that chooses the kernel."),
        AttributeSchema(
            "bootprofile", .text, on: ["oem", "iso", "pxe", "cpio"], effect: ["oem", "pxe"],
            default: "default",
            needs: ["initrd_system=kiwi"],
            "The profile of the kiwi initrd."),
        AttributeSchema(
            "xen_server", .boolean, on: ["oem", "iso", "kis", "pxe", "cpio"], default: "false",
            "The image is a Xen host: the loader starts the hypervisor. Of kis, pxe and an initrd (cpio) it is a result."
        ),
        AttributeSchema(
            "selinux_policy", .choice(["targeted", "mls", "minimum"]), default: "targeted",
            "The policy the files are labelled with, where the image has one."),
        AttributeSchema(
            "devicepersistency", .choice(["by-uuid", "by-label", "by-partuuid"]), effect: ["oem"],
            default: "by-uuid",
            "How fstab and the kernel command line name devices."),
        AttributeSchema(
            "rootfs_label", .text, on: ["oem", "pxe", "kis", "docker"], effect: ["oem"],
            default: "ROOT",
            "The label of the root file system."),
        AttributeSchema(
            "metadata_path", .text, on: ["appx"], "The folder with the manifest files of an appx package."),
        AttributeSchema(
            "editbootconfig", .text, on: ["oem", "iso"],
            "A script of the description that runs before the loader is installed."),
        AttributeSchema(
            "editbootinstall", .text, on: ["oem"],
            "A script of the description that runs after the loader was installed."),
        AttributeSchema(
            "wwid_wait_timeout", .integer(minimum: 0), on: ["oem"], default: "3",
            "Seconds to wait for multipath devices."),
        AttributeSchema(
            "ramonly", .boolean, on: ["oem"], "Changes of an overlay system are kept in memory."),
    ]
}
