extension Schema {
    static let initrdElements: [ElementSchema] = [
        ElementSchema(
            "installmedia", "Initrd settings of the installation medium; needs installiso or installpxe.",
            children: [.many("initrd")]),
        ElementSchema(
            "initrd", "What is put into the initrd, or left out.",
            attributes: [
                AttributeSchema(
                    "action", .choice(["omit", "add", "set", "setup"]), required: true,
                    "In <type>: add, omit (oem only), setup (uefi; grub2 and systemd_boot), set unused; in <installmedia>: add, omit, set."
                )
            ],
            children: [.many("dracut")]),
        ElementSchema(
            "dracut", "A dracut module or driver.",
            attributes: [
                AttributeSchema(
                    "module", .text, "Dracut module name."),
                AttributeSchema(
                    "driver", .text, "Kernel driver name without .ko."),
                AttributeSchema(
                    "uefi", .boolean, default: "false", "With action=setup: build UKI (last value wins)."),
            ]),
    ]
}
