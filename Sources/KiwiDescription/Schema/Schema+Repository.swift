extension Schema {
    static let repositoryElements: [ElementSchema] = [
        ElementSchema(
            "repository", "Where packages come from.",
            attributes: [
                AttributeSchema(
                    "type", .choice(["apk", "apt-deb", "apt-rpm", "deb-dir", "mirrors", "rpm-md"]),
                    "The kind of repository; the package manager decides when not written."),
                AttributeSchema(
                    "profiles", .text, "The profiles this section belongs to, separated by commas."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
                AttributeSchema(
                    "alias", .identifier(), "The name of the repository."),
                AttributeSchema(
                    "sourcetype", .choice(["baseurl", "metalink", "mirrorlist"]), default: "baseurl",
                    managers: ["dnf4", "dnf5"],
                    "What the address leads to."),
                AttributeSchema(
                    "components", .text, default: "main", managers: ["apt", "pacman"],
                    "Components of a Debian repository, separated by blanks."),
                AttributeSchema(
                    "distribution", .text, managers: ["apt"],
                    "The suite of a Debian repository; a flat one when not written."),
                AttributeSchema(
                    "imageinclude", .boolean, default: "false", "The image itself has the repository too."),
                AttributeSchema(
                    "imageonly", .boolean, default: "false",
                    "Only the image has the repository, the build does not use it."),
                AttributeSchema(
                    "repository_gpgcheck", .boolean,
                    managers: ["apt", "dnf4", "dnf5", "microdnf", "zypper", "pacman"],
                    "The signature of the repository is verified."),
                AttributeSchema(
                    "customize", .text, "A script that edits the repository file."),
                AttributeSchema(
                    "package_gpgcheck", .boolean, managers: ["dnf4", "dnf5", "microdnf", "zypper", "pacman"],
                    "Signatures of packages are verified."),
                AttributeSchema(
                    "priority", .integer(), managers: ["apt", "dnf4", "dnf5", "microdnf", "zypper"],
                    "A number whose meaning the package manager defines."),
                AttributeSchema(
                    "password", .text, "The password for the server."),
                AttributeSchema(
                    "username", .text, "The user name for the server."),
                AttributeSchema(
                    "architectures", .architectures, "The architectures apt asks for."),
            ],
            children: [.one("source")]),
        ElementSchema(
            "source", "The address of a repository.",
            attributes: [
                AttributeSchema(
                    "path", .text, required: true, "The address: https:, obs:, dir:, this: and so on.")
            ],
            children: [.many("signing")]),
        ElementSchema(
            "signing", "A key that signs the repository.",
            attributes: [
                AttributeSchema(
                    "key", .keyLocation, required: true, "The key file or its address.")
            ]),
    ]
}
