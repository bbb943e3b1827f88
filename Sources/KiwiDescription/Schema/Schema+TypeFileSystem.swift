extension Schema {
    static let typeAttributesFileSystem: [AttributeSchema] = [
        AttributeSchema(
            "filesystem", .choice(["btrfs", "ext2", "ext3", "ext4", "squashfs", "erofs", "xfs"]),
            on: ["oem", "pxe", "kis", "iso"],
            "The root file system; for iso the form of the live payload, ext4 within squashfs by default."),
        AttributeSchema(
            "fsmountoptions", .text, effect: ["oem"], "Mount options of the root file system in fstab."),
        AttributeSchema(
            "fscreateoptions", .text,
            effect: [
                "oem", "iso", "kis", "pxe", "ext2", "ext3", "ext4", "btrfs", "xfs", "squashfs", "erofs",
            ],
            needs: [
                "filesystem", "image=iso", "image=ext2", "image=ext3", "image=ext4", "image=btrfs",
                "image=xfs",
                "image=squashfs", "image=erofs",
            ],
            "Options for the tool that makes the root file system, separated by blanks."),
        AttributeSchema(
            "squashfscompression", .choice(["uncompressed", "gzip", "lzo", "lz4", "xz", "zstd"]),
            on: ["oem", "pxe", "kis", "iso", "squashfs"], default: "xz",
            needs: [
                "image=iso", "image=squashfs", "filesystem=squashfs", "overlayroot", "installiso",
                "installstick",
            ],
            "The compression of squashfs."),
        AttributeSchema(
            "erofscompression", .text, on: ["oem", "pxe", "kis", "iso", "erofs"],
            needs: ["image=erofs", "filesystem=erofs", "overlayroot_readonly_filesystem=erofs"],
            "The compression of erofs; none when not written."),
        AttributeSchema(
            "target_blocksize", .integer(minimum: 0), on: ["oem", "kis"], effect: ["oem"], default: "512",
            "Bytes of a logical sector of the disk."),
        AttributeSchema(
            "compressed", .boolean, on: ["pxe", "kis"], default: "false", needs: ["filesystem"],
            "The file system image is compressed on its own instead of the whole result."),
        AttributeSchema(
            "archive", .boolean, on: ["kis"], default: "true",
            "All files of the result are packed into one archive."),
    ]
}
