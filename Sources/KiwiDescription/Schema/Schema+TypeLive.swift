extension Schema {
    static let typeAttributesLive: [AttributeSchema] = [
        AttributeSchema(
            "flags", .choice(["overlay", "dmsquash"]), on: ["iso"], default: "overlay",
            "How the live system starts: with an overlay of its own, or with dracut's dmsquash-live."),
        AttributeSchema(
            "hybridpersistent", .boolean, on: ["iso", "pxe"], effect: ["iso"], default: "false",
            "The live system keeps changes on the stick it boots from."),
        AttributeSchema(
            "hybridpersistent_filesystem", .choice(["ext4", "xfs"]), on: ["iso", "pxe"], effect: ["iso"],
            needs: ["hybridpersistent"], "The file system for these changes."),
        AttributeSchema(
            "mediacheck", .boolean, on: ["iso"], default: "false",
            "The medium can check itself when it boots."),
        AttributeSchema(
            "publisher", .mediaText, on: ["iso"], "The publisher id of the ISO."),
    ]
}
