extension Schema {
    static let containerElements: [ElementSchema] = [
        ElementSchema(
            "containerconfig", "Name and configuration of a container image.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, default: "kiwi-container",
                    "Repository/name; default kiwi-container (when no containerconfig)."),
                AttributeSchema(
                    "tag", .text, default: "latest", "TODO."),
                AttributeSchema(
                    "additionalnames", .text, since: "7.5",
                    "Comma list \"repo:tag\", \":tag\" or \"repo\"; missing half taken from name/tag."),
                AttributeSchema(
                    "maintainer", .text, "Default \"author <contact>\" of <description>."),
                AttributeSchema(
                    "user", .text, "User of the config."),
                AttributeSchema(
                    "workingdir", .text, "WorkingDir."),
            ],
            children: [
                .optional("entrypoint"), .optional("subcommand"), .optional("expose"), .optional("volumes"),
                .optional("stopsignal"), .optional("environment"), .optional("labels"), .optional("history"),
            ]),
        ElementSchema(
            "entrypoint", "The command a container always runs.",
            attributes: [
                AttributeSchema(
                    "execute", .text, "First Entrypoint word; exclusive with clear, one of them required."),
                AttributeSchema(
                    "clear", .boolean, "True = explicitly empty Entrypoint."),
            ],
            children: [.many("argument")]),
        ElementSchema(
            "argument", "The next word of the command.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "Next word, in order.")
            ]),
        ElementSchema(
            "subcommand", "The default arguments of a container.",
            attributes: [
                AttributeSchema(
                    "execute", .text,
                    "First Cmd word; exclusive with clear. No entry and no command at all: Cmd /bin/bash is set."
                ),
                AttributeSchema(
                    "clear", .boolean, "True = explicitly empty Cmd."),
            ],
            children: [.many("argument")]),
        ElementSchema(
            "expose", "Ports a container listens on.",
            children: [.some("port")]),
        ElementSchema(
            "port", "One port.",
            attributes: [
                AttributeSchema(
                    "number", .port, required: true, "N, N/tcp or N/udp.")
            ]),
        ElementSchema(
            "volumes", "Directories of a container that are kept outside of it.",
            children: [.some("volume")]),
        ElementSchema(
            "stopsignal", "Name or number of the signal that stops the container.", content: .text),
        ElementSchema(
            "labels", "Labels of a container.",
            children: [.some("label")]),
        ElementSchema(
            "label", "One label.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "Label key."),
                AttributeSchema(
                    "value", .text, required: true, "Label value."),
            ]),
        ElementSchema(
            "history", "The history entry; its text is the comment.", content: .text,
            attributes: [
                AttributeSchema(
                    "created_by", .text, "Default \"KIWI <version>\"."),
                AttributeSchema(
                    "author", .text, "Default \"author <contact>\"."),
                AttributeSchema(
                    "application_id", .text, "WSL/appx id; must match ^[a-zA-Z0-9]+$."),
                AttributeSchema(
                    "package_version", .fourPartVersion, "Appx 4-part version."),
                AttributeSchema(
                    "launcher", .text, "Appx launcher exe name; must match [^\\\\]+(\\.[Ee][Xx][Ee])$."),
            ]),
        ElementSchema(
            "containers", "Containers fetched into the image and loaded at its first boot.",
            attributes: [
                AttributeSchema(
                    "profiles", .text, "The profiles this section belongs to, separated by commas."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
                AttributeSchema(
                    "source", .text, required: true, "Registry host."),
                AttributeSchema(
                    "backend", .choice(["podman", "docker", "container-snap"]), required: true,
                    "Tool that loads the archive at first boot."),
            ],
            children: [.some("container")]),
        ElementSchema(
            "container", "One container to fetch.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "Image name."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
                AttributeSchema(
                    "path", .text, default: "empty", "Path between source and name."),
                AttributeSchema(
                    "tag", .text, default: "latest", "TODO."),
                AttributeSchema(
                    "fetch_only", .boolean, default: "false", "True = no load unit."),
            ]),
    ]
}
