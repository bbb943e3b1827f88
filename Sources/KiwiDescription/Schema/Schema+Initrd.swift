extension Schema {
    static let initrdElements: [ElementSchema] = [
        ElementSchema(
            "installmedia", "Initrd settings of the installation medium; needs installiso or installpxe.",
            on: ["oem"],
            children: [.many("initrd")]),
        ElementSchema(
            "initrd",
            "What is put into the initrd, or left out. In a boot description (cpio): dracut makes the initrd in its tree.",
            on: ["oem", "iso", "kis", "pxe", "cpio"], needs: ["initrd_system=dracut", "image=cpio"],
            attributes: [
                AttributeSchema(
                    "action", .choice(["omit", "add", "set", "setup"]), required: true,
                    "What is done with the entries; setup makes a unified kernel image.")
            ],
            children: [.many("dracut")]),
        ElementSchema(
            "dracut", "A dracut module or driver.",
            attributes: [
                AttributeSchema(
                    "module", .text, "The name of a dracut module."),
                AttributeSchema(
                    "driver", .text, "The name of a kernel driver, without .ko."),
                AttributeSchema(
                    "uefi", .boolean, default: "false",
                    "With action=\"setup\": a unified kernel image is made."),
            ]),
    ]
}
