extension ConsistencyRule {
    static let bootloaderRules: [ConsistencyRule] = [
        bootloaderForType, secureLinux,
    ]

    private static let bootloaderForType = element("bootloader-for-type", "bootloader") { loader, around in
        guard let image = around.last?["image"], !["oem", "iso"].contains(image),
            Schema.imageTypes.contains(image)
        else { return nil }
        return Finding(
            at: loader.position, "the image type '\(image)' has no boot loader",
            remedy: "remove <bootloader>, it is for oem or iso")
    }

    private static let secureLinux = element("securelinux-loader", "securelinux") { section, around in
        guard around.last?["name"] != "zipl" else { return nil }
        return Finding(
            at: section.position, "<securelinux> needs the boot loader zipl",
            remedy: "write <bootloader name=\"zipl\">, or remove <securelinux>")
    }
}
