extension Schema {
    static let typeAttributesFileSystem: [AttributeSchema] = [
        AttributeSchema(
            "filesystem", .choice(["btrfs", "ext2", "ext3", "ext4", "squashfs", "erofs", "xfs"]),
            on: ["oem", "pxe", "kis", "iso"], default: "ext4",
            "Root filesystem; required for oem; iso: default ext4 image inside a squashfs container (LiveOS/rootfs.img in LiveOS/squashfs.img), squashfs/erofs = directly used; kis: unset = no filesystem image."
        ),
        AttributeSchema(
            "fsmountoptions", .text, "One string for mount -o and fstab."),
        AttributeSchema(
            "fscreateoptions", .text, "Split at blanks, appended to mkfs."),
        AttributeSchema(
            "squashfscompression", .choice(["uncompressed", "gzip", "lzo", "lz4", "xz", "zstd"]),
            on: ["oem", "pxe", "kis", "iso", "squashfs"], default: "xz", "\"uncompressed\" = store."),
        AttributeSchema(
            "erofscompression", .text, on: ["oem", "pxe", "kis", "iso", "erofs"], default: "none",
            "Value for mkfs.erofs -z."),
        AttributeSchema(
            "target_blocksize", .integer(minimum: 0), on: ["oem", "kis"], default: "512",
            "Logical sector size."),
        AttributeSchema(
            "compressed", .boolean, on: ["pxe", "kis"], default: "false",
            "Kis/pxe: true = filesystem image is xz-compressed and the result tar is plain; false = image raw and result tar xz-compressed."
        ),
        AttributeSchema(
            "archive", .boolean, on: ["kis"], default: "true",
            "Pack all result files in one tar; false = single files."),
    ]
}
