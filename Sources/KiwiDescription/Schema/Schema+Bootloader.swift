extension Schema {
    static let bootloaderElements: [ElementSchema] = [
        ElementSchema(
            "bootloader", "The boot loader and its settings.", on: ["oem", "iso"],
            attributes: [
                AttributeSchema(
                    "name", .choice(["grub2", "grub2_s390x_emu", "systemd_boot", "custom", "zipl"]),
                    required: true, "The loader; custom leaves it to scripts of the description."),
                AttributeSchema(
                    "bls", .boolean, effect: ["oem"], loaders: ["grub2"], default: "true",
                    "The menu has one file per entry (Boot Loader Specification)."),
                AttributeSchema(
                    "output_console", .outputConsoles, loaders: ["grub2", "grub2_s390x_emu"], since: "8.4",
                    "Terminals grub writes to."),
                AttributeSchema(
                    "input_console", .inputConsoles, loaders: ["grub2", "grub2_s390x_emu"], since: "8.4",
                    "Terminals grub reads from; default the output ones."),
                AttributeSchema(
                    "serial_line", .text, loaders: ["grub2", "grub2_s390x_emu"],
                    "Arguments of grub's serial command."),
                AttributeSchema(
                    "video_mode", .text, loaders: ["grub2", "grub2_s390x_emu"], default: "auto",
                    "The graphics mode of grub."),
                AttributeSchema(
                    "timeout", .integer(minimum: 0),
                    loaders: ["grub2", "grub2_s390x_emu", "systemd_boot", "zipl"], default: "10",
                    "Seconds until the default entry boots."),
                AttributeSchema(
                    "timeout_style", .choice(["countdown", "hidden", "menu"]),
                    loaders: ["grub2", "grub2_s390x_emu"], "How grub waits."),
                AttributeSchema(
                    "targettype", .choice(["FBA", "SCSI", "CDL", "GPT"]), effect: ["oem"],
                    loaders: ["grub2_s390x_emu", "zipl", "grub2"], "The kind of s390 disk."),
                AttributeSchema(
                    "use_disk_password", .boolean, effect: ["oem"], default: "false", needs: ["luks"],
                    "The LUKS passphrase is stored in the loader configuration, readable for all."),
                AttributeSchema(
                    "grub_template", .text, needs: ["image=iso", "installiso", "installstick"],
                    "A file of the description used as grub.cfg of media."),
            ],
            children: [.optional("bootloadersettings"), .many("securelinux")]),
        ElementSchema(
            "bootloadersettings", "Extra options for the tools of the boot loader, in order.", on: ["oem"],
            children: [
                .many("shimoption"), .many("installoption"), .optional("environment"), .many("configoption"),
            ]),
        ElementSchema(
            "shimoption", "An extra argument for shim-install.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The argument."),
                AttributeSchema(
                    "value", .text, "A second argument behind it."),
            ]),
        ElementSchema(
            "installoption", "An extra argument for grub-install.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The argument."),
                AttributeSchema(
                    "value", .text, "A second argument behind it."),
            ]),
        ElementSchema(
            "environment", "Variables of the loader or the container.", on: ["oem", "docker", "oci"],
            children: [.some("env")]),
        ElementSchema(
            "env", "One variable.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The name of the variable."),
                AttributeSchema(
                    "value", .text, required: true, "Its value."),
            ]),
        ElementSchema(
            "configoption", "An extra argument for grub-mkconfig.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The argument."),
                AttributeSchema(
                    "value", .text, "A second argument behind it."),
            ]),
        ElementSchema(
            "securelinux", "IBM Secure Execution; only with the loader zipl.", on: ["oem"],
            attributes: [
                AttributeSchema(
                    "hkd_ca_cert", .text, required: true,
                    "The CA certificate that host key documents are verified with."),
                AttributeSchema(
                    "hkd_sign_cert", .text, required: true, "The certificate they are signed with."),
            ],
            children: [.some("hkd_cert"), .many("hkd_revocation_list")]),
        ElementSchema(
            "hkd_cert", "A host key document.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The file of the description.")
            ]),
        ElementSchema(
            "hkd_revocation_list", "A list of revoked certificates.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The file of the description.")
            ]),
    ]
}
