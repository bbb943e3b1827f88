extension Schema {
    static let typeAttributesDiskFormat: [AttributeSchema] = [
        AttributeSchema(
            "format", .diskFormat, on: ["oem"], default: "raw",
            "Default raw only. Also (oci/docker):FMT = disk put in /disk of a container."),
        AttributeSchema(
            "formatoptions", .text, on: ["oem"], "Comma list for qemu-img -o."),
        AttributeSchema(
            "gcelicense", .text, on: ["oem"], "License tag in manifest.json of gce."),
        AttributeSchema(
            "vhdfixedtag", .uuid, on: ["oem"], "GUID for vhd-fixed."),
        AttributeSchema(
            "enclave_format", .choice(["aws-nitro"]), on: ["enclave"],
            "No default: an enclave build without it fails."),
    ]
}
