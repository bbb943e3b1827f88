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
                    "First = primary group; item may be name:gid (gid used only when group is created)."),
                AttributeSchema(
                    "home", .text, "Home directory; chown+created for new users."),
                AttributeSchema(
                    "id", .integer(minimum: 0), "Uid."),
                AttributeSchema(
                    "name", .text, required: true, "Login."),
                AttributeSchema(
                    "password", .text, required: true, "Hash, or clear text with pwdformat=plain."),
                AttributeSchema(
                    "pwdformat", .choice(["encrypted", "plain"]), default: "encrypted",
                    "Plain is hashed with openssl passwd -1 (salt xyz)."),
                AttributeSchema(
                    "realname", .text, "Comment field."),
                AttributeSchema(
                    "shell", .text, "Login shell."),
            ]),
    ]
}
