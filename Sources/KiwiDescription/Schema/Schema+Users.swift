extension Schema {
    static let userElements: [ElementSchema] = [
        ElementSchema(
            "users", "Users of the image.",
            attributes: [
                AttributeSchema(
                    "arch", .architectures, "The architectures it counts for, separated by commas."),
                AttributeSchema(
                    "profiles", .text, "The profiles this section belongs to, separated by commas."),
            ],
            children: [.some("user")]),
        ElementSchema(
            "user", "One user; an existing one is modified.",
            attributes: [
                AttributeSchema(
                    "groups", .groups,
                    "Groups separated by commas, the first is the primary one; NAME:ID makes one with that id."
                ),
                AttributeSchema(
                    "home", .text, "The home folder."),
                AttributeSchema(
                    "id", .integer(minimum: 0), "The number of the user."),
                AttributeSchema(
                    "name", .text, required: true, "The login name."),
                AttributeSchema(
                    "password", .text, required: true, "The hash, or the clear text with pwdformat=\"plain\"."
                ),
                AttributeSchema(
                    "pwdformat", .choice(["encrypted", "plain"]), default: "encrypted",
                    "How the password is written."),
                AttributeSchema(
                    "realname", .text, "The full name."),
                AttributeSchema(
                    "shell", .text, "The login shell."),
            ]),
    ]
}
