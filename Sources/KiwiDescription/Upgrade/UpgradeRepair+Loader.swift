import KiwiDiagnostics

extension UpgradeRepair {
    static let loaderRepairs: [UpgradeRepair] = [.before(7, 2, loaderAttributes), .last(loaderNames)]

    private static let known = ["grub2", "systemd_boot", "zipl", "grub2_s390x_emu", "custom"]

    /// The step to 7.2 keeps console and timeout only where a loader is named.
    @Sendable private static func loaderAttributes(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            let others = ["bootloader_console", "boottimeout", "zipl_targettype"]
            guard let first = type.attributes.first(where: { others.contains($0.name) }),
                type["bootloader"] ?? "" == ""
            else { return }
            if ["iso", "oem", "vmx"].contains(type["image"]) {
                type.set("bootloader", "grub2", at: first.position)
            } else {
                for attribute in type.attributes where others.contains(attribute.name) {
                    context.dropped(
                        "'\(attribute.name)' needs a boot loader, which the image type "
                            + "'\(type["image"] ?? "")' has not", at: attribute.position, "remove it")
                }
            }
        }
    }

    @Sendable private static func loaderNames(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            let wasIsolinux = type["image"] == "iso" && context.facts(type)?.wantsIsolinux == true
            type.rewriteChildren("bootloader") { loader in
                guard let name = loader.attribute("name"), !known.contains(name.value) else { return }
                guard vanishedLoaders.contains(name.value) else { return }
                let now = loader["targettype"] == nil ? "grub2" : "zipl"
                if wasIsolinux {
                    context.replaced(
                        "the boot loader '\(name.value)' has no name today: GRUB's menu, and isolinux on BIOS machines",
                        at: name.valuePosition,
                        "write '\(now)'; a folder cdboot with an isolinux.cfg keeps isolinux")
                    loader.set("name", now)
                    return
                }
                context.replaced(
                    "the boot loader '\(name.value)' is gone: '\(now)' takes its place",
                    at: name.valuePosition, "write '\(now)'")
                loader.set("name", now)
            }
        }
    }

    private static let vanishedLoaders = [
        "grub", "lilo", "syslinux", "extlinux", "isolinux", "yaboot", "uboot", "berryboot",
    ]
}
