import KiwiDiagnostics

extension UpgradeRepair {
    static let machineRepairs: [UpgradeRepair] = [
        .last(machines), .last(volumeGroups),
    ]

    @Sendable private static func machines(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            type.rewriteChildren("machine") { machine in
                guestSystem(&machine, &context)
                drop("ovftype", of: &machine, &context) { $0 != "vmware" }
                machine.rewriteChildren("vmdisk") { disk in
                    if disk["controller"] == "scsi" { disk.set("controller", "lsilogic") }
                    if disk["controller"] == "sata" { replaceController(&disk, &context) }
                }
                machine.rewriteChildren("vmdvd") { drive in
                    if drive["controller"] == "usb" { replaceController(&drive, &context) }
                }
            }
        }
    }

    private static func guestSystem(_ machine: inout Element, _ context: inout Context) {
        let names = ["guestOS_64Bit", "guestOS_32Bit"]
        if machine["guestOS"] == nil, let name = names.first(where: { machine[$0] != nil }) {
            machine.rename(attribute: name, to: "guestOS")
        }
        for name in names { drop(name, of: &machine, &context) { _ in true } }
    }

    private static func drop(
        _ name: String, of element: inout Element, _ context: inout Context, where isWrong: (String) -> Bool
    ) {
        guard let attribute = element.attribute(name), isWrong(attribute.value) else { return }
        context.dropped(
            "\(name)=\"\(excerpt(attribute.value))\" of <\(element.name)> has no place any more",
            at: attribute.position, "remove it")
        element.remove(attribute: name)
    }

    private static func replaceController(_ element: inout Element, _ context: inout Context) {
        guard let controller = element.attribute("controller") else { return }
        context.replaced(
            "<\(element.name)> cannot be at a \(controller.value) controller: 'ide' takes its place",
            at: controller.valuePosition, "write controller=\"ide\"")
        element.set("controller", "ide")
    }

    /// The step to 4.8 leaves the old name of the attribute in some cases.
    @Sendable private static func volumeGroups(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            type.rewriteChildren("systemdisk") { disk in
                if disk["name"] == nil { disk.rename(attribute: "lvmgroup", to: "name") }
                disk.remove(attribute: "lvmgroup")
            }
        }
    }
}
