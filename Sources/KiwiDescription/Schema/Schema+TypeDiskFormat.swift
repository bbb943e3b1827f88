extension Schema {
    static let typeAttributesDiskFormat: [AttributeSchema] = [
        AttributeSchema(
            "format", .diskFormat, on: ["oem"],
            "The format of the disk file; raw when not written; oci: or docker: and a format puts it into a container."
        ),
        AttributeSchema(
            "formatoptions", .text, on: ["oem"], needs: ["format"],
            "Options for qemu-img, separated by commas."
        ),
        AttributeSchema(
            "gcelicense", .text, on: ["oem"], needs: ["format=gce"], "The license tag of a gce image."),
        AttributeSchema(
            "vhdfixedtag", .uuid, on: ["oem"], needs: ["format=vhd-fixed"],
            "The GUID written into a vhd-fixed image."),
        AttributeSchema(
            "enclave_format", .choice(["aws-nitro"]), on: ["enclave"],
            "The format of an enclave; needed for one."),
    ]
}
