extension Schema {
    static let typeAttributesInstall: [AttributeSchema] = [
        AttributeSchema(
            "installiso", .boolean, on: ["oem"], default: "false", "TODO."),
        AttributeSchema(
            "installstick", .boolean, on: ["oem"], default: "false", "Same ISO code path."),
        AttributeSchema(
            "installpxe", .boolean, on: ["oem"], default: "false", "TODO."),
        AttributeSchema(
            "installboot", .choice(["failsafe-install", "harddisk", "install"]), on: ["oem"],
            "Default boot entry; default harddisk; failsafe-install falls back to install when no failsafe entry."
        ),
        AttributeSchema(
            "install_continue_on_timeout", .boolean, on: ["oem"], default: "true", "False = no timeout."),
        AttributeSchema(
            "installprovidefailsafe", .boolean, on: ["oem"], default: "true", "TODO."),
        AttributeSchema(
            "volid", .identifier(maximum: 32), on: ["iso", "oem"],
            "ISO volume id; default CDROM (iso), INSTALL (oem)."),
        AttributeSchema(
            "application_id", .mediaText, on: ["iso", "oem"], "Default random MBR id."),
    ]
}
