extension UpgradeStep {
    /// 7.0 to 7.4.
    static let era7: [Rewrite] = [
        (
            SchemaVersion(7, 0),
            { image in
                image.each("type") { $0.removeChildren { $0.name == "pxedeploy" } }
            }
        ),
        (
            SchemaVersion(7, 1),
            { image in
                let gone = ["red-carpet", "slack-site", "up2date-mirrors", "urpmi", "yast2"]
                image.each("repository") { repository in
                    if let type = repository["type"], gone.contains(type) {
                        repository.remove(attribute: "type")
                    }
                }
            }
        ),
        (SchemaVersion(7, 2), { image in image.each("type", body: separateBootloader) }),
        (
            SchemaVersion(7, 3),
            { image in
                image.each("type") { type in
                    guard type["image"] == "vmx" else { return }
                    type.set("image", "oem")
                    if type.first("oemconfig") == nil {
                        type.insert(.made("oemconfig", for: type.position), after: ["bootloader"])
                    }
                    type.rewriteChildren("oemconfig") { config in
                        config.setChild("oem-resize", text: "false", for: config.position)
                    }
                }
            }
        ),
        (
            SchemaVersion(7, 4),
            { image in
                image.each("packagemanager") { manager in
                    let names = ["apt-get": "apt", "yum": "dnf"]
                    if let name = names[manager.text] { manager.setText(name) }
                }
            }
        ),
    ]

    /// The attributes of `<type>` about the loader become `<bootloader>`.
    @Sendable private static func separateBootloader(_ type: inout Element) {
        let loader = type.attribute("bootloader")
        var attributes: [Attribute] = []
        for (old, new) in [
            ("bootloader", "name"), ("bootloader_console", "console"), ("boottimeout", "timeout"),
            ("zipl_targettype", "targettype"),
        ] {
            if var attribute = type.attribute(old), !attribute.value.isEmpty {
                attribute.name = new
                attribute.source = nil
                attributes.append(attribute)
            }
            type.remove(attribute: old)
        }
        guard let loader, !loader.value.isEmpty else { return }
        type.prepend([Element("bootloader", position: loader.position, attributes: attributes)])
    }
}
