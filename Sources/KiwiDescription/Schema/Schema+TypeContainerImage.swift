extension Schema {
    static let typeAttributesContainerImage: [AttributeSchema] = [
        AttributeSchema(
            "derived_from", .text, on: ["docker", "oci", "oem"], "Base images, separated by commas."),
        AttributeSchema(
            "delta_root", .boolean, on: ["docker", "oci"], default: "false",
            needs: ["derived_from"], "The result has only what differs from the base; needs derived_from."),
        AttributeSchema(
            "provide_system_files", .boolean, on: ["docker", "oci"], default: "false",
            "The image lists its system files in /systemfiles."),
        AttributeSchema(
            "require_system_files", .boolean, on: ["docker", "oci"], default: "false",
            needs: ["delta_root"], "The difference includes /systemfiles of the base; needs delta_root."),
        AttributeSchema(
            "ensure_empty_tmpdirs", .boolean, on: ["docker", "oci"], default: "true",
            "The contents of /run and /tmp are left out."),
    ]
}
