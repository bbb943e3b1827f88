extension Schema {
    static let typeAttributesLive: [AttributeSchema] = [
        AttributeSchema(
            "flags", .choice(["overlay", "dmsquash"]), on: ["iso"], default: "overlay",
            "Default overlay (kiwi-live module); dmsquash = dmsquash-live + livenet."),
        AttributeSchema(
            "hybridpersistent", .boolean, on: ["iso", "pxe"], default: "false", "TODO."),
        AttributeSchema(
            "hybridpersistent_filesystem", .choice(["ext4", "xfs"]), on: ["iso", "pxe"],
            "Default unset here (initrd uses ext4)."),
        AttributeSchema(
            "mediacheck", .boolean, on: ["iso"], default: "false", "TODO."),
        AttributeSchema(
            "publisher", .mediaText, on: ["iso"], default: "SUSE", "Default \"SUSE LINUX GmbH\"."),
    ]
}
