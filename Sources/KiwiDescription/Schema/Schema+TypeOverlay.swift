extension Schema {
    static let typeAttributesOverlay: [AttributeSchema] = [
        AttributeSchema(
            "overlayroot", .boolean, on: ["oem"], default: "false",
            "Default false: compressed read-only root + overlay."),
        AttributeSchema(
            "overlayroot_readonly_filesystem", .choice(["squashfs", "erofs"]), on: ["oem"],
            default: "squashfs", "TODO."),
        AttributeSchema(
            "overlayroot_write_partition", .boolean, on: ["oem"], default: "true", "TODO."),
        AttributeSchema(
            "overlayroot_readonly_partsize", .integer(minimum: 0), on: ["oem"], "MB; default measured."),
        AttributeSchema(
            "verity_blocks", .blocks, on: ["oem", "iso"], default: "none", "Number of data blocks or all."),
        AttributeSchema(
            "embed_verity_metadata", .boolean, on: ["oem"], default: "false", "Needs verity_blocks."),
        AttributeSchema(
            "standalone_integrity", .boolean, on: ["oem"], default: "false", "TODO."),
        AttributeSchema(
            "embed_integrity_metadata", .boolean, on: ["oem"], default: "false", "Needs standalone_integrity."
        ),
        AttributeSchema(
            "integrity_legacy_hmac", .boolean, on: ["oem"], default: "false",
            "Default false (requirement of standalone_integrity is written in the schema but has no effect)."),
        AttributeSchema(
            "integrity_keyfile", .text, on: ["oem"], "Key file for hmac-sha256."),
        AttributeSchema(
            "integrity_metadata_key_description", .text, on: ["oem"],
            "Default \":<keyfile base name without extension>\"."),
        AttributeSchema(
            "overlayroot_readonly_createoptions", .text,
            "Blank-separated options for the tool that makes the read-only root of an overlay system."),
    ]
}
