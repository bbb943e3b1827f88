extension Schema {
    static let repositoryElements: [ElementSchema] = [
        ElementSchema(
            "repository", "Where packages come from.",
            attributes: [
                AttributeSchema(
                    "type", .choice(["apk", "apt-deb", "apt-rpm", "deb-dir", "mirrors", "rpm-md"]),
                    "Default: package manager decides; only image info's solver detects it. Only apk, apt-deb, rpm-md matter to the builders."
                ),
                AttributeSchema(
                    "profiles", .text, "The profiles this section belongs to, separated by commas."),
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
                AttributeSchema(
                    "alias", .identifier(), "Repo name; default random uuid4 hex."),
                AttributeSchema(
                    "sourcetype", .choice(["baseurl", "metalink", "mirrorlist"]), default: "baseurl", "TODO."),
                AttributeSchema(
                    "components", .text, default: "main", "Apt components, space separated."),
                AttributeSchema(
                    "distribution", .text, "Apt suite name; unset = flat repo."),
                AttributeSchema(
                    "imageinclude", .boolean, default: "false",
                    "Also configured in the image; exclusive with imageonly."),
                AttributeSchema(
                    "imageonly", .boolean, default: "false",
                    "Only configured in the image, not used to build."),
                AttributeSchema(
                    "repository_gpgcheck", .boolean,
                    "Unset: zypper and dnf write repo_gpgcheck=0; apt checks unless false (then trusted: yes)."
                ),
                AttributeSchema(
                    "customize", .text, "Script called with the repo file path; relative = description dir."),
                AttributeSchema(
                    "package_gpgcheck", .boolean, "Unset: zypper and dnf write 0; apt not used."),
                AttributeSchema(
                    "priority", .integer(), "Package manager specific; unset = none."),
                AttributeSchema(
                    "password", .text, "Credential."),
                AttributeSchema(
                    "username", .text, "Credential."),
                AttributeSchema(
                    "architectures", .architectures, "Apt-deb (or type unset) only; apt arch list."),
            ],
            children: [.one("source")]),
        ElementSchema(
            "source", "The address of a repository.",
            attributes: [
                AttributeSchema(
                    "path", .text, required: true, "Repository URI, see.")
            ],
            children: [.many("signing")]),
        ElementSchema(
            "signing", "A key that signs the repository.",
            attributes: [
                AttributeSchema(
                    "key", .keyLocation, required: true,
                    "File:, http:, https:, ftp: URI; imported before bootstrap; $releasever / ${releasever} replaced by release-version."
                )
            ]),
    ]
}
