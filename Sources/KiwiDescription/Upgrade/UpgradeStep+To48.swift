import KiwiDiagnostics

extension UpgradeStep {
    /// `<lvmvolumes>`, the attribute `lvm` and `<oem-home>` become `<systemdisk>`.
    static let to48: Rewrite = (
        SchemaVersion(4, 8),
        { image in
            image.eachType { type in
                let wantsLVM = type["lvm"] == "true"
                type.remove(attribute: "lvm")
                let home = type.first("oemconfig")?.first("oem-home")
                if let volumes = type.first("lvmvolumes") {
                    if let home, boolean(home.text) == "true" {
                        let home = homeVolume(home.position)
                        for var disk in type.take(where: { $0.name == "lvmvolumes" }).prefix(1) {
                            disk.name = "systemdisk"
                            disk.prepend([home])
                            type.add([disk])
                        }
                    } else if let group = volumes.attribute("lvmgroup"), group.value.isEmpty {
                        type.rewriteChildren("lvmvolumes") { $0.remove(attribute: "lvmgroup") }
                    } else {
                        type.rewriteChildren("lvmvolumes") { $0.rename(attribute: "lvmgroup", to: "name") }
                    }
                    type.rename(elements: ["lvmvolumes": "systemdisk"])
                } else if let home, home.text == "true" {
                    type.prepend([
                        .made(
                            "systemdisk", [("name", "kiwiVG")], children: [homeVolume(home.position)],
                            for: home.position)
                    ])
                } else if wantsLVM {
                    type.prepend([.made("systemdisk", [("name", "kiwiVG")], for: type.position)])
                }
                type.rewriteChildren("oemconfig") { $0.removeChildren { $0.name == "oem-home" } }
            }
        }
    )

    static let to49: Rewrite = (
        SchemaVersion(4, 9),
        { image in
            image.each("oemconfig") { config in
                config.rewriteChildren("oem-dumphalt") { $0.name = "oem-bootwait" }
            }
        }
    )

    private static func homeVolume(_ cause: Position?) -> Element {
        .made("volume", [("name", "/home"), ("freespace", "200M")], for: cause)
    }
}
