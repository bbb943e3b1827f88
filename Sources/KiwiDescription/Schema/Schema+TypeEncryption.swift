extension Schema {
    static let typeAttributesEncryption: [AttributeSchema] = [
        AttributeSchema(
            "luks", .text, on: ["oem", "iso", "pxe", "kis"],
            "The passphrase, or random, or the file that holds it; empty: an empty passphrase."),
        AttributeSchema(
            "luks_version", .choice(["luks", "luks1", "luks2"]), effect: ["oem", "iso", "pxe", "kis"],
            needs: ["luks"], "The LUKS format; cryptsetup decides when not written."),
        AttributeSchema(
            "luksOS", .choice(["sle12"]), on: ["oem", "iso", "pxe", "kis"], needs: ["luks"],
            "A predefined set of ciphers."),
        AttributeSchema(
            "luks_randomize", .boolean, effect: ["oem", "iso", "pxe", "kis"], default: "true",
            needs: ["luks"],
            "The device is filled with random data first."),
        AttributeSchema(
            "luks_pbkdf", .choice(["pbkdf2", "argon2i", "argon2id"]), on: ["oem", "iso", "pxe", "kis"],
            needs: ["luks"], "The key derivation function; cryptsetup decides when not written."),
    ]
}
