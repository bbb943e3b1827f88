import KiwiDiagnostics

extension UpgradeRepair {
    static let packageRepairs: [UpgradeRepair] = [
        .before(2, 0, bootPackages), .before(2, 4, virtualMachines), .before(5, 4, driverFolders),
        .last(packageTypes), .last(packageArchitectures),
    ]

    /// The step to 2.0 would drop the profiles of these sections.
    @Sendable private static func bootPackages(_ image: inout Element, _ context: inout Context) {
        image.rewriteChildren("packages") { if $0["type"] == "boot" { $0.set("type", "bootstrap") } }
    }

    // MARK: - Memory and disk of virtual machines

    /// `memory` and `disk` of the packages for xen and vmware describe the virtual machine.
    @Sendable private static func virtualMachines(_ image: inout Element, _ context: inout Context) {
        for (kind, type) in [("xen", "xen"), ("vmware", "vmx")] {
            let sections = image.children("packages").filter { $0["type"] == kind }
            guard let machine = machine(kind, sections) else { continue }
            image.eachType { if $0.word == type { $0.add([machine]) } }
            if !image.types.contains(where: { $0.word == type }) {
                context.dropped(
                    "'memory' and 'disk' are about the image type '\(type)', which is not defined",
                    at: machine.position, "remove them")
            }
        }
        for section in image.children("packages") where !["xen", "vmware"].contains(section["type"]) {
            for attribute in section.attributes where ["memory", "disk"].contains(attribute.name) {
                context.dropped(
                    "'\(attribute.name)' of <packages type=\"\(section["type"] ?? "")\"> is about no machine",
                    at: attribute.position, "remove it")
            }
        }
    }

    private static func machine(_ kind: String, _ sections: [Element]) -> Element? {
        func find(_ name: String) -> Attribute? { sections.lazy.compactMap { $0.attribute(name) }.first }
        let names = ["memory", "HWversion", "guestOS_32Bit", "guestOS_64Bit"]
        var machine = Element(kind + "config")
        for attribute in names.compactMap(find) {
            machine.attributes.append(
                Attribute(
                    attribute.name, attribute.value, position: attribute.position,
                    valuePosition: attribute.valuePosition))
        }
        let disk = find("disk")
        machine.position = machine.attributes.first?.position ?? disk?.position
        if let disk {
            let value = trimmed(disk.value)
            var attributes: [(String, String)]
            let number = String(value.reversed().prefix { $0.isNumber }.reversed())
            switch value {
            case _ where value.hasPrefix("ide"): attributes = [("controller", "ide"), ("id", number)]
            case _ where value.hasPrefix("scsi"): attributes = [("controller", "lsilogic"), ("id", number)]
            default: attributes = [("controller", "ide"), ("id", "0"), ("device", value)]
            }
            if attributes[1].1.isEmpty { attributes[1].1 = "0" }
            machine.add([.made(kind == "xen" ? "xendisk" : "vmwaredisk", attributes, for: disk.position)])
        }
        return machine.position == nil ? nil : machine
    }

    // MARK: - Drivers

    /// The type of a list of drivers was the folder their names are relative to.
    @Sendable private static func driverFolders(_ image: inout Element, _ context: inout Context) {
        let folders = [
            "netdrivers": "drivers/net/", "usbdrivers": "drivers/usb/", "scsidrivers": "drivers/scsi/",
        ]
        image.each("drivers") { section in
            guard let folder = section["type"].flatMap({ folders[$0] }) else { return }
            section.rewriteChildren("file") { file in
                if let name = file["name"], !name.hasPrefix("drivers/") { file.set("name", folder + name) }
            }
        }
    }

    // MARK: - Sections of image types

    /// Sections for types of another name today count for that type alone; see
    /// ``LegacyRecord/packageTypes``.
    @Sendable private static func packageTypes(_ image: inout Element, _ context: inout Context) {
        let split = image.types.first { context.facts($0)?.typeName == "split" }?["image"]
        let names = [
            "xen": "oem", "vmx": "oem", "vmware": "oem", "usb": "oem", "ec2": "oem", "split": split ?? "oem",
            "net": "pxe",
        ]
        image.rewriteChildren("packages") { section in
            if let type = section["type"], let name = names[type] { section.set("type", name) }
        }
        for section in image.children("packages") where section["type"] == "testsuite" {
            context.dropped(
                "there are no packages for a test suite any more", at: section.position,
                "put them into a profile")
        }
        image.removeChildren { $0.name == "packages" && $0["type"] == "testsuite" }
    }

    @Sendable private static func packageArchitectures(_ image: inout Element, _ context: inout Context) {
        image.each("package", "ignore", "namedCollection", "product") { element in
            guard let list = element["arch"] else { return }
            let parts = list.split(separator: ",").map { trimmed(String($0)) }
            if parts.contains("noarch") { return element.remove(attribute: "arch") }
            let names = ["i386": "ix86", "i486": "ix86"]
            element.set("arch", parts.map { names[$0] ?? $0 }.joined(separator: ","))
        }
    }
}
