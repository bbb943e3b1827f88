extension Schema {
    static let bootloaderElements: [ElementSchema] = [
        ElementSchema(
            "bootloader", "The boot loader and its settings.",
            attributes: [
                AttributeSchema(
                    "name", .choice(["grub2", "grub2_s390x_emu", "systemd_boot", "custom", "zipl"]),
                    required: true,
                    "Default when no <bootloader>: grub2. custom = skip loader config+install (left to editboot* scripts)."
                ),
                AttributeSchema(
                    "bls", .boolean, loaders: ["grub2"], default: "true",
                    "Grub BootLoaderSpec menu; grub2 only."),
                AttributeSchema(
                    "output_console", .outputConsoles, loaders: ["grub2", "grub2_s390x_emu"], since: "8.4",
                    "Grub terminal output; default unset (gfxterm logic of builder); none = empty; grub2, grub2_s390x_emu."
                ),
                AttributeSchema(
                    "input_console", .inputConsoles, loaders: ["grub2", "grub2_s390x_emu"], since: "8.4",
                    "Default = output_console; same loaders."),
                AttributeSchema(
                    "serial_line", .text, loaders: ["grub2", "grub2_s390x_emu"],
                    "Argument string of grub \"serial\"; only used when a console is serial; same loaders."),
                AttributeSchema(
                    "video_mode", .text, loaders: ["grub2", "grub2_s390x_emu"], default: "auto",
                    "Grub gfxmode; same loaders."),
                AttributeSchema(
                    "timeout", .integer(minimum: 0),
                    loaders: ["grub2", "grub2_s390x_emu", "systemd_boot", "zipl"], default: "10",
                    "Seconds; grub2, grub2_s390x_emu, systemd_boot, zipl."),
                AttributeSchema(
                    "timeout_style", .choice(["countdown", "hidden", "menu"]),
                    loaders: ["grub2", "grub2_s390x_emu"],
                    "Default unset (ISO templates: menu); grub2, grub2_s390x_emu."),
                AttributeSchema(
                    "targettype", .choice(["FBA", "SCSI", "CDL", "GPT"]),
                    loaders: ["grub2_s390x_emu", "zipl", "grub2"],
                    "S390 disk kind; CDL -> dasd table, GPT -> gpt, else msdos; grub2_s390x_emu, zipl."),
                AttributeSchema(
                    "use_disk_password", .boolean, default: "false",
                    "Store LUKS passphrase in clear in loader config."),
                AttributeSchema(
                    "grub_template", .text,
                    "Own grub.cfg template (file in description dir) for live/install ISO; types oem, iso."),
            ],
            children: [.optional("bootloadersettings"), .many("securelinux")]),
        ElementSchema(
            "bootloadersettings", "Extra options for the tools of the boot loader, in order.",
            children: [
                .many("shimoption"), .many("installoption"), .optional("environment"), .many("configoption"),
            ]),
        ElementSchema(
            "shimoption", "An extra argument for shim-install.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "Extra argument for shim-install."),
                AttributeSchema(
                    "value", .text, "Emitted as next argument after name."),
            ]),
        ElementSchema(
            "installoption", "An extra argument for grub-install.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "Extra argument for grub-install."),
                AttributeSchema(
                    "value", .text, "As above."),
            ]),
        ElementSchema(
            "environment", "Variables of the loader or the container.",
            children: [.some("env")]),
        ElementSchema(
            "env", "One variable.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "Variable."),
                AttributeSchema(
                    "value", .text, required: true, "Value (bootloader: grub2-editenv entry; container: Env)."
                ),
            ]),
        ElementSchema(
            "configoption", "An extra argument for grub-mkconfig.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "Extra argument for grub-mkconfig."),
                AttributeSchema(
                    "value", .text, "As above."),
            ]),
        ElementSchema(
            "securelinux", "IBM Secure Execution; only with the loader zipl.",
            attributes: [
                AttributeSchema(
                    "hkd_ca_cert", .text, required: true,
                    "CA cert file to verify host key documents (IBM Secure Execution)."),
                AttributeSchema(
                    "hkd_sign_cert", .text, required: true, "Signing cert file."),
            ],
            children: [.some("hkd_cert"), .many("hkd_revocation_list")]),
        ElementSchema(
            "hkd_cert", "A host key document.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "Host key document file.")
            ]),
        ElementSchema(
            "hkd_revocation_list", "A list of revoked certificates.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "CRL file.")
            ]),
    ]
}
