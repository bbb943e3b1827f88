extension Schema {
    static let typeAttributesOverlay: [AttributeSchema] = [
        AttributeSchema(
            "overlayroot", .boolean, on: ["oem"], default: "false",
            "The root is a compressed read-only file system with an overlay."),
        AttributeSchema(
            "overlayroot_readonly_filesystem", .choice(["squashfs", "erofs"]), on: ["oem"],
            default: "squashfs", needs: ["overlayroot"], "The read-only file system of an overlay system."),
        AttributeSchema(
            "overlayroot_write_partition", .boolean, on: ["oem"], default: "true",
            needs: ["overlayroot"], "The overlay has a partition to write to."),
        AttributeSchema(
            "overlayroot_readonly_partsize", .integer(minimum: 0), on: ["oem"],
            needs: ["overlayroot"], "MiB of the read-only partition; measured when not written."),
        AttributeSchema(
            "verity_blocks", .blocks, on: ["oem", "iso"],
            "How many blocks of the root dm-verity protects, or all."),
        AttributeSchema(
            "embed_verity_metadata", .boolean, on: ["oem"], default: "false",
            "The verity data stands in the image; needs verity_blocks."),
        AttributeSchema(
            "standalone_integrity", .boolean, on: ["oem"], default: "false",
            "The root is protected by dm-integrity."),
        AttributeSchema(
            "embed_integrity_metadata", .boolean, on: ["oem"], default: "false",
            "The integrity data stands in the image; needs standalone_integrity."),
        AttributeSchema(
            "integrity_legacy_hmac", .boolean, on: ["oem"], default: "false",
            needs: ["standalone_integrity"], "The HMAC of older kernels is used."),
        AttributeSchema(
            "integrity_keyfile", .text, on: ["oem"], needs: ["standalone_integrity"],
            "The key file for HMAC protection."),
        AttributeSchema(
            "integrity_metadata_key_description", .text, on: ["oem"],
            needs: ["standalone_integrity"],
            "The name of the key in the keyring; default that of the key file."
        ),
        AttributeSchema(
            "overlayroot_readonly_createoptions", .text, effect: ["oem"],
            needs: ["overlayroot"], "Options for the tool that makes the read-only root of an overlay system."
        ),
    ]
}
