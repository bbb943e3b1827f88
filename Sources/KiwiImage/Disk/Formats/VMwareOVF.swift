/// The description of an appliance for VMware: the file NAME.ovf in an OVA. Pure.
///
/// KIWI leaves this to VMware's ova-compose; the fields are those that it gives that program.
struct VMwareOVF: Sendable {
    var machine: VirtualMachine
    /// Name of the image.
    var name: String
    /// Name of the disk file, its bytes, and those of the disk in it.
    var diskFile: String
    var fileBytes: Int64
    var diskBytes: Int64

    var text: String {
        OVFElement(
            "Envelope", OVF.namespaces + [("xmlns:vmw", "http://www.vmware.com/schema/ovf")],
            [
                OVF.references(file: diskFile, bytes: fileBytes),
                OVFElement(
                    "DiskSection", [],
                    [
                        OVF.info("Disks"),
                        OVFElement(
                            "Disk",
                            [
                                ("ovf:capacity", "\(diskBytes)"), ("ovf:capacityAllocationUnits", "byte"),
                                ("ovf:diskId", "vmdisk1"), ("ovf:fileRef", "file1"),
                                ("ovf:format", OVF.streamOptimized),
                            ]),
                    ]),
            ] + networks + [system]
        ).document
    }

    private var cards: [(card: VirtualMachine.NetworkCard, network: String)] {
        machine.cards.map { ($0, "vm_network_\($0.number)") }
    }

    private var networks: [OVFElement] {
        guard !cards.isEmpty else { return [] }
        let list = cards.map { card, network in
            OVFElement(
                "Network", [("ovf:name", network)],
                [OVFElement("Description", text: "Network of card \(card.number)")])
        }
        return [OVFElement("NetworkSection", [], [OVF.info("Networks")] + list)]
    }

    private var system: OVFElement {
        OVFElement(
            "VirtualSystem", [("ovf:id", name)],
            [
                OVF.info("A virtual machine"), OVFElement("Name", text: machine.name),
                OVFElement(
                    "OperatingSystemSection",
                    [
                        ("ovf:id", machine.guest.contains("64") ? "101" : "36"),
                        ("vmw:osType", Self.guestIdentifier(machine.guest)),
                    ], [OVF.info("The guest system"), OVFElement("Description", text: machine.guest)]),
                hardware,
            ])
    }

    private var hardware: OVFElement {
        var items = OVF.Items()
        let processors = machine.processors ?? 2
        let memory = machine.memory ?? 4096
        items.add(
            3, "\(processors) virtual CPUs",
            ["AllocationUnits": "hertz * 10^6", "VirtualQuantity": "\(processors)"])
        items.add(
            4, "\(memory) MB of memory",
            ["AllocationUnits": "byte * 2^20", "VirtualQuantity": "\(memory)"])
        let bus = diskBus
        let controller = items.add(bus.type, "Disk controller", bus.fields)
        if let dvd = machine.dvd {
            let shares = dvd.isSCSI ? bus.type == 6 : bus.type == 5
            let parent: String
            if shares, dvd.number == machine.disk?.number ?? 0 {
                parent = controller
            } else if dvd.isSCSI {
                parent = items.add(
                    6, "SCSI controller", ["Address": "\(dvd.number)", "ResourceSubType": "lsilogic"])
            } else {
                parent = items.add(5, "IDE controller", ["Address": "\(dvd.number)"])
            }
            items.add(
                15, "DVD drive",
                [
                    "AddressOnParent": parent == controller ? "1" : "0", "AutomaticAllocation": "false",
                    "Parent": parent,
                    "ResourceSubType": dvd.isSCSI ? "vmware.cdrom.atapi" : "vmware.cdrom.remoteatapi",
                ], required: false)
        }
        items.add(
            17, "Disk",
            ["AddressOnParent": "0", "HostResource": "ovf:/disk/vmdisk1", "Parent": controller])
        items.add(
            23, "USB 2 controller", ["Address": "0", "ResourceSubType": "vmware.usb.ehci"], required: false)
        items.add(
            23, "USB 3 controller", ["Address": "0", "ResourceSubType": "vmware.usb.xhci"], required: false)
        for (card, network) in cards {
            var fields = [
                "AddressOnParent": "\(7 + card.number)", "AutomaticAllocation": "true", "Connection": network,
                "ResourceSubType": Self.cardModel(card.model),
            ]
            if let address = card.macAddress { fields["Address"] = address }
            items.add(10, "Network card \(card.number)", fields)
        }
        return OVFElement(
            "VirtualHardwareSection", [],
            [
                OVF.info("Virtual hardware"),
                OVF.system(identifier: machine.name, type: "vmx-\(Self.twoDigits(machine.hardwareVersion))"),
            ] + items.elements + settings)
    }

    /// KIWI's default is NVMe, which VMware has since version 13 of the hardware; its own default is 9.
    /// KIWI also takes NVMe for `pvscsi` and `buslogic`, names that its table does not know.
    private var diskBus: (type: Int, fields: [String: String]) {
        let address = "\(machine.disk?.number ?? 0)"
        switch machine.disk?.controller {
        case nil where machine.hardwareVersion >= 13:
            return (20, ["Address": address, "ResourceSubType": "vmware.nvme.controller"])
        case .ide, .legacyESX: return (5, ["Address": address])
        case .lsilogic, nil: return (6, ["Address": address, "ResourceSubType": "lsilogic"])
        case .buslogic: return (6, ["Address": address, "ResourceSubType": "buslogic"])
        case .lsisas1068: return (6, ["Address": address, "ResourceSubType": "lsilogicsas"])
        case .pvscsi: return (6, ["Address": address, "ResourceSubType": "VirtualSCSI"])
        }
    }

    private var settings: [OVFElement] {
        func setting(_ name: String, _ key: String, _ value: String) -> OVFElement {
            OVFElement(name, [("ovf:required", "false"), ("vmw:key", key), ("vmw:value", value)])
        }
        var result = [setting("vmw:Config", "firmware", machine.firmware)]
        if machine.secureBoot {
            result.append(setting("vmw:Config", "bootOptions.efiSecureBootEnabled", "true"))
        }
        for line in machine.lines.flatMap({ $0.split(separator: "\n").map(String.init) }) {
            guard let (key, value) = Self.entry(line) else { continue }
            result.append(setting("vmw:ExtraConfig", key, value))
        }
        return result
    }

    /// `key = "value"` of a VMX file; nil for comments and what is no entry.
    static func entry(_ line: String) -> (String, String)? {
        let parts = line.split(separator: "=", maxSplits: 1).map { String($0).trimmingSpace }
        guard parts.count == 2, !parts[0].isEmpty, !parts[0].hasPrefix("#") else { return nil }
        var value = parts[1]
        if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
            value = String(value.dropFirst().dropLast())
        }
        return (parts[0], value)
    }

    /// From the name that VMX files use, `sles15-64`, to that of vSphere, `sles15_64Guest`.
    static func guestIdentifier(_ guest: String) -> String {
        if guest.hasSuffix("Guest") { return guest }
        let known = [
            "other-64": "otherGuest64", "otherlinux": "otherLinuxGuest", "otherlinux-64": "otherLinux64Guest",
            "other26xlinux": "other26xLinuxGuest", "other26xlinux-64": "other26xLinux64Guest",
            "other3xlinux": "other3xLinuxGuest", "other3xlinux-64": "other3xLinux64Guest",
            "other4xlinux": "other4xLinuxGuest", "other4xlinux-64": "other4xLinux64Guest",
            "other5xlinux": "other5xLinuxGuest", "other5xlinux-64": "other5xLinux64Guest",
            "other6xlinux": "other6xLinuxGuest", "other6xlinux-64": "other6xLinux64Guest",
            "oraclelinux": "oracleLinuxGuest", "oraclelinux-64": "oracleLinux64Guest",
            "rockylinux-64": "rockylinux_64Guest", "almalinux-64": "almalinux_64Guest",
        ]
        if let name = known[guest] { return name }
        guard guest.hasSuffix("-64") else { return guest + "Guest" }
        let name = guest.dropLast(3)
        return name + (name.last?.isNumber ?? false ? "_64Guest" : "64Guest")
    }

    static func cardModel(_ written: String?) -> String {
        let models = [
            "e1000": "E1000", "e1000e": "E1000e", "vmxnet": "VmxNet", "vmxnet2": "VmxNet2",
            "vmxnet3": "VmxNet3", "vlance": "PCNet32", "pcnet32": "PCNet32",
        ]
        return written.map { models[$0.lowercased()] ?? $0 } ?? "VmxNet3"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
