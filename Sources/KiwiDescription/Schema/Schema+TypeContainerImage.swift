extension Schema {
    static let typeAttributesContainerImage: [AttributeSchema] = [
        AttributeSchema(
            "derived_from", .text, on: ["docker", "oci", "oem"],
            "Base image URI(s), comma separated; oem only with format oci:/docker:."),
        AttributeSchema(
            "delta_root", .boolean, on: ["docker", "oci"], default: "false", "Needs derived_from."),
        AttributeSchema(
            "provide_system_files", .boolean, on: ["docker", "oci"], default: "false",
            "Write /systemfiles list."),
        AttributeSchema(
            "require_system_files", .boolean, on: ["docker", "oci"], default: "false", "TODO."),
        AttributeSchema(
            "ensure_empty_tmpdirs", .boolean, on: ["docker", "oci"], default: "true",
            "Default true: contents of run and tmp left out."),
    ]
}
