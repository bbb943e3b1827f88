extension UpgradeStep {
    /// 4.2 to 4.7.
    static let era4: [Rewrite] = [
        (SchemaVersion(4, 2), collectEC2),
        (
            SchemaVersion(4, 3),
            { image in
                image.eachType { type in
                    guard let group = type.attribute("lvmgroup") else { return }
                    type.remove(attribute: "lvmgroup")
                    type.rewriteChildren("lvmvolumes") { volumes in
                        volumes.attributes = [Attribute("lvmgroup", group.value, position: group.position)]
                    }
                }
            }
        ),
        (SchemaVersion(4, 4), { $0.drop(elements: "commandline") }),
        (
            SchemaVersion(4, 5),
            { image in
                image.each("packages") { $0.drop(attributes: "patternPackageType") }
            }
        ),
        (
            SchemaVersion(4, 6),
            { image in
                image.each("packages") { if $0["type"] == "vmware" { $0.set("type", "vmx") } }
            }
        ),
        (
            SchemaVersion(4, 7),
            { image in
                image.each("vmwareconfig") { $0.becomeMachine() }
                image.each("xenconfig") { $0.becomeXenMachine() }
                image.eachType { type in
                    for (format, attribute) in [("iso", "installiso"), ("usb", "installstick")]
                    where type["format"] == format {
                        type.rename(attribute: "format", to: attribute)
                        type.set(attribute, "true")
                    }
                }
            }
        ),
    ]

    private static let ec2Names = ["ec2privatekeyfile", "ec2certfile", "ec2accountnr"]

    @Sendable private static func collectEC2(_ image: inout Element) {
        let types = image.types
        let values = ec2Names.compactMap { name -> Element? in
            guard let first = types.lazy.compactMap({ $0.attribute(name) }).first else { return nil }
            return .made(name, text: first.value, for: first.position)
        }
        image.eachType { type in
            guard type["image"] == "ec2" else { return }
            type.attributes.removeAll { ec2Names.contains($0.name) }
            if !values.isEmpty { type.prepend([.made("ec2config", children: values, for: type.position)]) }
        }
    }
}

extension Element {
    /// `<vmwareconfig>` as `<machine>`.
    mutating func becomeMachine() {
        name = "machine"
        remove(attribute: "usb")
        rename(elements: ["vmwaredisk": "vmdisk", "vmwarenic": "vmnic", "vmwarecdrom": "vmdvd"])
    }

    /// `<xenconfig>` as `<machine>`.
    mutating func becomeXenMachine() {
        name = "machine"
        rewriteChildren("xenbridge") { bridge in
            bridge.name = "vmnic"
            bridge.rename(attribute: "name", to: "interface")
            bridge.attributes.removeAll { !["interface", "mac"].contains($0.name) }
        }
        rewriteChildren("xendisk") { disk in
            disk.name = "vmdisk"
            if disk["controller"] == nil { disk.set("controller", "ide", at: disk.position) }
            if disk["id"] == nil { disk.set("id", "0", at: disk.position) }
        }
    }
}
