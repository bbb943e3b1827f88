extension UpgradeStep {
    /// 6.0 to 6.9.
    static let era6: [Rewrite] = [
        (
            SchemaVersion(6, 0),
            { image in
                image.each("oemconfig") { $0.removeChildren { $0.name == "oem-align-partition" } }
            }
        ),
        (SchemaVersion(6, 1), { $0.rename(elements: ["opensuseProduct": "product"]) }),
        (
            SchemaVersion(6, 2),
            { image in
                image.eachType { type in
                    guard type["bootloader"] == nil, ["oem", "vmx"].contains(type["image"]) else { return }
                    type.set("bootloader", "grub2", at: type.position)
                }
            }
        ),
        (
            SchemaVersion(6, 3),
            { image in
                image.each("type") { type in
                    type.drop(attributes: "fsreadonly", "fsreadwrite", "zfsoptions")
                    type.replaceChildren { $0.name == "split" ? $0.children.map(\.detached) : nil }
                }
            }
        ),
        (
            SchemaVersion(6, 4),
            { image in
                image.each("users") { section in
                    if let group = section.attribute("group") {
                        section.rewriteChildren("user") { $0.set("groups", group.value, at: group.position) }
                    }
                    section.drop(attributes: "group", "id")
                }
            }
        ),
        (
            SchemaVersion(6, 5),
            { image in
                image.each("type") { type in
                    guard let container = type.attribute("container") else { return }
                    type.remove(attribute: "container")
                    type.prepend([
                        .made("containerconfig", [("name", container.value)], for: container.position)
                    ])
                }
            }
        ),
        (
            SchemaVersion(6, 6),
            { image in
                image.each("type") { type in
                    if let host = type.children("machine").first(where: { $0["domain"] == "dom0" }) {
                        type.set("xen_server", "true", at: host.position)
                    }
                }
                image.each("machine") { $0.remove(attribute: "domain") }
            }
        ),
        (
            SchemaVersion(6, 7),
            { image in
                image.each("type") { $0.drop(attributes: "checkprebuilt", "fsnocheck") }
                image.each("repository") { $0.drop(attributes: "status", "prefer-license") }
                image.each("package") { $0.remove(attribute: "replaces") }
                image.remove(attribute: "kiwirevision")
                image.drop(
                    elements: "defaultprebuilt", "defaultdestination", "defaultroot", "partitioner",
                    "rpm-force")
            }
        ),
        (SchemaVersion(6, 8), { $0.drop(elements: "hwclock") }),
        (
            SchemaVersion(6, 9),
            { image in
                image.each("type") { $0.remove(attribute: "hybrid") }
                image.each("oemconfig") { $0.removeChildren { $0.name == "oem-ataraid-scan" } }
            }
        ),
    ]
}
