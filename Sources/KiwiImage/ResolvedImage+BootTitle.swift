import KiwiDescription

extension ResolvedImage {
    /// What the boot menu calls the system: `oem-boot-title` for disks, else the display name or the name.
    var bootTitle: String {
        (type.image == "oem" ? type.oemText("oem-boot-title") : nil) ?? displayName ?? name
    }
}
