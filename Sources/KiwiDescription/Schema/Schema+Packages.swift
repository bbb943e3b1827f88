extension Schema {
    static let packageElements: [ElementSchema] = [
        ElementSchema(
            "packages", "Packages and archives of one phase.",
            attributes: [
                AttributeSchema(
                    "type",
                    .choice([
                        "bootstrap", "delete", "docker", "image", "iso", "oem", "pxe", "kis", "oci",
                        "uninstall", "systemfiles",
                    ]), required: true, "The phase or image type the section is for."),
                AttributeSchema(
                    "profiles", .text, "The profiles this section belongs to, separated by commas."),
                AttributeSchema(
                    "patternType", .choice(["onlyRequired", "plusRecommended"]), default: "onlyRequired",
                    "Whether recommended packages come along."),
                AttributeSchema(
                    "bootstrap_package", .text, "The package that holds an unpacked base system; apt only."),
            ],
            children: [
                .many("archive"), .many("file"), .many("ignore"), .many("namedCollection"),
                .many("collectionModule"), .many("product"), .many("package"),
            ]),
        ElementSchema(
            "archive", "A tar archive unpacked into the image.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The archive beside the description."),
                AttributeSchema(
                    "bootinclude", .boolean,
                    needs: ["initrd_system=kiwi", "initrd_system=dracut", "image=cpio"],
                    "Also put into the initrd."),
                AttributeSchema(
                    "target_dir", .text, "The folder it is unpacked in; default /."),
            ]),
        ElementSchema(
            "file", "A file for the image, or a name pattern in drivers and strip.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The file beside the description, or the pattern."),
                AttributeSchema(
                    "target", .text, inside: "packages", "The path in the image, with the file name."),
                AttributeSchema(
                    "owner", .text, inside: "packages", "Owner and group as chown takes them."),
                AttributeSchema(
                    "permissions", .text, inside: "packages", "The mode as chmod takes it."),
                AttributeSchema(
                    "arch", .architectures, withoutEffect: true, "Has no effect."),
            ]),
        ElementSchema(
            "ignore", "A package to leave out.", managers: ["apt", "dnf4", "dnf5", "microdnf", "zypper"],
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The package to leave out."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
            ]),
        ElementSchema(
            "namedCollection", "A pattern or group of packages.",
            managers: ["apk", "dnf4", "dnf5", "pacman", "zypper"],
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The name of the pattern or group."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
            ]),
        ElementSchema(
            "collectionModule", "A module stream to enable or disable.",
            managers: ["dnf4", "dnf5", "microdnf"],
            attributes: [
                AttributeSchema(
                    "name", .identifier(), required: true, "The name of the module."),
                AttributeSchema(
                    "enable", .boolean, required: true, "Whether the module is enabled or disabled."),
                AttributeSchema(
                    "stream", .identifier(), "The stream of an enabled module."),
                AttributeSchema(
                    "arch", .architectures, withoutEffect: true, "Has no effect."),
            ]),
        ElementSchema(
            "product", "A SUSE product.", managers: ["zypper"],
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The name of the product."),
                AttributeSchema(
                    "arch", .architectures, withoutEffect: true, "Has no effect."),
            ]),
        ElementSchema(
            "package", "One package.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The name as the package manager takes it."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
                AttributeSchema(
                    "bootdelete", .boolean, needs: ["initrd_system=kiwi"], "Removed from a kiwi initrd."),
                AttributeSchema(
                    "bootinclude", .boolean, needs: ["initrd_system=kiwi"], "Also put into a kiwi initrd."),
            ]),
        ElementSchema(
            "drivers", "Kernel drivers to keep in a kiwi initrd.",
            attributes: [
                AttributeSchema(
                    "profiles", .text, "The profiles this section belongs to, separated by commas.")
            ],
            children: [.some("file")]),
        ElementSchema(
            "strip", "What to remove from a kiwi initrd, or to keep.",
            attributes: [
                AttributeSchema(
                    "type", .choice(["delete", "tools", "libs"]), required: true,
                    "Delete: remove these; tools, libs: keep only these."),
                AttributeSchema(
                    "profiles", .text, "The profiles this section belongs to, separated by commas."),
            ],
            children: [.some("file")]),
    ]
}
