extension Schema {
    static let typeAttributesInstall: [AttributeSchema] = [
        AttributeSchema(
            "installiso", .boolean, on: ["oem"], default: "false", "An installation ISO is made."),
        AttributeSchema(
            "installstick", .boolean, on: ["oem"], default: "false",
            "An installation image for a stick is made."),
        AttributeSchema(
            "installpxe", .boolean, on: ["oem"], default: "false",
            "An archive for installation from the network is made."),
        AttributeSchema(
            "installboot", .choice(["failsafe-install", "harddisk", "install"]), on: ["oem"],
            default: "harddisk", needs: ["installiso", "installstick"],
            "What the installation medium boots by default."),
        AttributeSchema(
            "install_continue_on_timeout", .boolean, on: ["oem"], default: "true",
            needs: ["installiso", "installstick"],
            "The installation starts without an answer after the timeout."),
        AttributeSchema(
            "installprovidefailsafe", .boolean, on: ["oem"], default: "true",
            needs: ["installiso", "installstick"],
            "The installation medium offers a failsafe entry."),
        AttributeSchema(
            "volid", .identifier(maximum: 32), on: ["iso", "oem"],
            needs: ["image=iso", "installiso", "installstick"],
            "The volume id of the ISO; CDROM for live, INSTALL for installation media."),
        AttributeSchema(
            "application_id", .mediaText, on: ["iso", "oem"],
            needs: ["image=iso", "installiso", "installstick"],
            "The application id of the ISO; default random."
        ),
    ]
}
