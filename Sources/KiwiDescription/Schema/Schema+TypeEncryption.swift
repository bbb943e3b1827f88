extension Schema {
    static let typeAttributesEncryption: [AttributeSchema] = [
        AttributeSchema(
            "luks", .text, on: ["oem", "iso", "pxe", "kis"],
            "Passphrase; value that parses as local URI (file:, dir:, or starting with \"/\") = content of that file (unreadable: error); \"random\" = generated key file + crypttab; \"\" = empty passphrase (different from unset)."
        ),
        AttributeSchema(
            "luks_version", .choice(["luks", "luks1", "luks2"]),
            "Cryptsetup --type value; unset = option omitted."),
        AttributeSchema(
            "luksOS", .choice(["sle12"]), on: ["oem", "iso", "pxe", "kis"], "Predefined cipher set."),
        AttributeSchema(
            "luks_randomize", .boolean, default: "true", "Fill with random first."),
        AttributeSchema(
            "luks_pbkdf", .choice(["pbkdf2", "argon2i", "argon2id"]), on: ["oem", "iso", "pxe", "kis"],
            "--pbkdf value; unset = omitted."),
    ]
}
