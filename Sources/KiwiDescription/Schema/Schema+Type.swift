extension Schema {
    static let typeElements: [ElementSchema] = [
        ElementSchema(
            "type", "One kind of result to build.",
            attributes: typeAttributes,
            children: [
                .optional("bootloader"), .optional("containerconfig"), .optional("machine"),
                .optional("oemconfig"), .optional("size"), .optional("systemdisk"), .optional("partitions"),
                .many("vagrantconfig"), .optional("installmedia"), .many("initrd"), .optional("luksformat"),
            ])
    ]

    /// All attributes of `<type>`, by subject.
    static let typeAttributes: [AttributeSchema] =
        typeAttributesGeneral
        + typeAttributesFileSystem
        + typeAttributesBtrfs
        + typeAttributesPartitions
        + typeAttributesOverlay
        + typeAttributesEncryption
        + typeAttributesDiskFormat
        + typeAttributesInstall
        + typeAttributesLive
        + typeAttributesContainerImage
}
