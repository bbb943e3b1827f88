extension Schema {
    static let typeAttributesFileSystem: [AttributeSchema] = [
        AttributeSchema(
            "filesystem", .choice(["btrfs", "ext2", "ext3", "ext4", "squashfs", "erofs", "xfs"]),
            on: ["oem", "pxe", "kis", "iso"],
            "The root file system; for iso the form of the live payload, ext4 within squashfs by default."),
        AttributeSchema(
            "fsmountoptions", .text, "Mount options of the root file system, also in fstab."),
        AttributeSchema(
            "fscreateoptions", .text,
            "Options for the tool that makes the root file system, separated by blanks."),
        AttributeSchema(
            "squashfscompression", .choice(["uncompressed", "gzip", "lzo", "lz4", "xz", "zstd"]),
            on: ["oem", "pxe", "kis", "iso", "squashfs"], default: "xz", "The compression of squashfs."),
        AttributeSchema(
            "erofscompression", .text, on: ["oem", "pxe", "kis", "iso", "erofs"],
            "The compression of erofs; none when not written."),
        AttributeSchema(
            "target_blocksize", .integer(minimum: 0), on: ["oem", "kis"], default: "512",
            "Bytes of a logical sector of the disk."),
        AttributeSchema(
            "compressed", .boolean, on: ["pxe", "kis"], default: "false",
            "The file system image is compressed on its own instead of the whole result."),
        AttributeSchema(
            "archive", .boolean, on: ["kis"], default: "true",
            "All files of the result are packed into one archive."),
    ]
}
