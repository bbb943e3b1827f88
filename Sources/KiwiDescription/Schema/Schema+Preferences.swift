extension Schema {
    static let preferencesElements: [ElementSchema] = [
        ElementSchema(
            "preferences", "Settings of the image; several sections are merged.",
            attributes: [
                AttributeSchema(
                    "profiles", .text, "The profiles this section belongs to, separated by commas."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
            ],
            children: [
                .optional("bootsplash-theme"), .optional("bootloader-theme"), .optional("keytable"),
                .optional("locale"), .optional("packagemanager"), .optional("release-version"),
                .optional("rpm-locale-filtering"), .optional("rpm-check-signatures"),
                .optional("rpm-excludedocs"), .many("showlicense"), .optional("timezone"), .many("type"),
                .optional("version"),
            ]),
        ElementSchema(
            "bootsplash-theme", "The plymouth theme.", content: .text),
        ElementSchema(
            "bootloader-theme", "The theme of the boot loader.", content: .text),
        ElementSchema(
            "keytable", "The keyboard map of the console.", content: .text),
        ElementSchema(
            "locale", "Languages; the first becomes LANG, UTF-8.", content: .locales),
        ElementSchema(
            "packagemanager", "The package manager that builds the image.",
            content: .choice(["apk", "apt", "zypper", "dnf4", "dnf5", "microdnf", "pacman"]),
            default: "dnf4"),
        ElementSchema(
            "release-version", "The release the dnf family resolves $releasever to.", content: .text,
            managers: ["dnf4", "dnf5", "microdnf"]),
        ElementSchema(
            "rpm-locale-filtering", "Install only the files of the locales given.", content: .boolean,
            default: "false", managers: ["apt", "dnf4", "dnf5", "microdnf", "zypper"]),
        ElementSchema(
            "rpm-check-signatures", "Verify the signatures of packages.", content: .boolean,
            default: "false", managers: ["dnf4", "dnf5", "microdnf", "pacman", "zypper"]),
        ElementSchema(
            "rpm-excludedocs", "Install no documentation.", content: .boolean, default: "false",
            managers: ["apt", "dnf4", "dnf5", "microdnf", "zypper"]),
        ElementSchema(
            "showlicense", "The name of a license the first boot shows.", content: .text),
        ElementSchema(
            "timezone", "The time zone, relative to /usr/share/zoneinfo.", content: .text),
        ElementSchema(
            "version", "The version of the image, by convention Major.Minor.Release.", content: .text),
        ElementSchema(
            "profiles", "The profiles of the description.",
            children: [.some("profile")]),
        ElementSchema(
            "profile", "A named variant of the image.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The name for --profile and profiles=\"...\"."),
                AttributeSchema(
                    "description", .text, required: true, "What it is for."),
                AttributeSchema(
                    "import", .boolean, default: "false", "Selected when no profile is asked for."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
            ],
            children: [.many("requires")]),
        ElementSchema(
            "requires", "A profile that comes with this one.",
            attributes: [
                AttributeSchema(
                    "profile", .text, required: true, "The name of the other profile."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
            ]),
    ]
}
