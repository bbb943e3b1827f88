extension Schema {
    static let imageElements: [ElementSchema] = [
        ElementSchema(
            "image", "The whole description.",
            attributes: [
                AttributeSchema(
                    "name", .identifier(), required: true,
                    "The name of the image; the first part of every result name."),
                AttributeSchema(
                    "displayname", .text,
                    "The title in boot menus and virtual machines; the name when not written."),
                AttributeSchema(
                    "id", .text, "The content of /etc/ImageID."),
                AttributeSchema(
                    "schemaversion", .schemaVersion, required: true, "The schema version of the description."),
                AttributeSchema(
                    "xsi:noNamespaceSchemaLocation", .text, "Ignored; for editors."),
                AttributeSchema(
                    "xsi:schemaLocation", .text, "Ignored; for editors."),
            ],
            children: [
                .many("include"), .optional("certificates"), .one("description"), .some("preferences"),
                .many("profiles"), .many("users"), .many("drivers"), .many("strip"), .many("repository"),
                .many("containers"), .many("packages"), .optional("extension"),
            ]),
        ElementSchema(
            "include", "Replaced by the content of another file.",
            attributes: [
                AttributeSchema(
                    "from", .text, required: true,
                    "The file: this://NAME beside the description, or an absolute path.")
            ]),
        ElementSchema(
            "certificates", "CA certificates the image trusts.",
            attributes: [
                AttributeSchema(
                    "profiles", .text, "The profiles this section belongs to, separated by commas."),
                AttributeSchema(
                    "target_distribution", .choice(["suse", "redhat", "debian", "archlinux"]), required: true,
                    "The family of the image: it decides the folder and the tool."),
            ],
            children: [.some("certificate")]),
        ElementSchema(
            "certificate", "One CA certificate file of the build machine.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "A file of the build machine.")
            ]),
        ElementSchema(
            "description", "Who made the image and what it is.",
            attributes: [
                AttributeSchema(
                    "type", .choice(["boot", "system"]), required: true,
                    "System for an image, boot for a kiwi initrd.")
            ],
            children: [.one("author"), .some("contact"), .one("specification"), .optional("license")]),
        ElementSchema(
            "author", "Who wrote the description.", content: .text),
        ElementSchema(
            "contact", "How to reach the author; the first one is used.", content: .text),
        ElementSchema(
            "specification", "What the image is.", content: .text),
        ElementSchema(
            "license", "License of the description; for people only.", content: .text),
        ElementSchema(
            "extension", "Data of other programs, in name spaces of their own."),
    ]
}
