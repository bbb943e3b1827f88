extension Schema {
    static let containerElements: [ElementSchema] = [
        ElementSchema(
            "containerconfig", "Name and configuration of a container image.",
            on: ["oem", "docker", "oci", "appx"],
            needs: ["image=docker", "image=oci", "image=appx", "format"],
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, default: "kiwi-container",
                    "The name of the container, with the path in its repository."),
                AttributeSchema(
                    "tag", .text, default: "latest", "The tag of the container."),
                AttributeSchema(
                    "additionalnames", .text, since: "7.5",
                    "More names: REPOSITORY:TAG, :TAG or REPOSITORY, separated by commas."),
                AttributeSchema(
                    "maintainer", .text, "Who maintains it; default author and contact of the description."),
                AttributeSchema(
                    "user", .text, "The user it runs as."),
                AttributeSchema(
                    "workingdir", .text, "The folder it starts in."),
            ],
            children: [
                .optional("entrypoint"), .optional("subcommand"), .optional("expose"), .optional("volumes"),
                .optional("stopsignal"), .optional("environment"), .optional("labels"), .optional("history"),
            ]),
        ElementSchema(
            "entrypoint", "The command a container always runs.", on: ["oem", "docker", "oci"],
            attributes: [
                AttributeSchema(
                    "execute", .text, "The first word of the command."),
                AttributeSchema(
                    "clear", .boolean, "True removes the command of the base."),
            ],
            children: [.many("argument")]),
        ElementSchema(
            "argument", "The next word of the command.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The word.")
            ]),
        ElementSchema(
            "subcommand", "The default arguments of a container.", on: ["oem", "docker", "oci"],
            attributes: [
                AttributeSchema(
                    "execute", .text, "The first word of the command."),
                AttributeSchema(
                    "clear", .boolean, "True removes the command of the base."),
            ],
            children: [.many("argument")]),
        ElementSchema(
            "expose", "Ports a container listens on.", on: ["oem", "docker", "oci"],
            children: [.some("port")]),
        ElementSchema(
            "port", "One port.",
            attributes: [
                AttributeSchema(
                    "number", .port, required: true, "The port, with /tcp or /udp where needed.")
            ]),
        ElementSchema(
            "volumes", "Directories of a container that are kept outside of it.",
            on: ["oem", "docker", "oci"],
            children: [.some("volume")]),
        ElementSchema(
            "stopsignal", "Name or number of the signal that stops the container.", content: .text,
            on: ["oem", "docker", "oci"]),
        ElementSchema(
            "labels", "Labels of a container.", on: ["oem", "docker", "oci"],
            children: [.some("label")]),
        ElementSchema(
            "label", "One label.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The key."),
                AttributeSchema(
                    "value", .text, required: true, "The value."),
            ]),
        ElementSchema(
            "history", "The history entry; its text is the comment.", content: .text,
            attributes: [
                AttributeSchema(
                    "created_by", .text, "What made the container."),
                AttributeSchema(
                    "author", .text, effect: ["oem", "docker", "oci"], "Who made it."),
                AttributeSchema(
                    "application_id", .text, effect: ["appx"], "The id of a WSL or appx application."),
                AttributeSchema(
                    "package_version", .fourPartVersion, effect: ["appx"], "The version of an appx package."),
                AttributeSchema(
                    "launcher", .text, effect: ["appx"], "The program that starts an appx package."),
            ]),
        ElementSchema(
            "containers", "Containers fetched into the image and loaded at its first boot.",
            attributes: [
                AttributeSchema(
                    "profiles", .text, "The profiles this section belongs to, separated by commas."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
                AttributeSchema(
                    "source", .text, required: true, "The registry."),
                AttributeSchema(
                    "backend", .choice(["podman", "docker", "container-snap"]), required: true,
                    "What loads the containers at the first boot."),
            ],
            children: [.some("container")]),
        ElementSchema(
            "container", "One container to fetch.",
            attributes: [
                AttributeSchema(
                    "name", .text, required: true, "The name of the container."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
                AttributeSchema(
                    "path", .text, default: "empty", "The path between registry and name."),
                AttributeSchema(
                    "tag", .text, default: "latest", "The tag to fetch."),
                AttributeSchema(
                    "fetch_only", .boolean, default: "false", "It is not loaded at the first boot."),
            ]),
    ]
}
