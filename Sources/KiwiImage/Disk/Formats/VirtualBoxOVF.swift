/// The description of the machine in a Vagrant box for VirtualBox: `box.ovf`. Pure.
struct VirtualBoxOVF: Sendable {
    /// Name of the image.
    var name: String
    /// Derived from the disk.
    var diskUUID: String
    var fileBytes: Int64
    /// Of the disk in the file.
    var diskBytes: Int64

    var text: String {
        OVFElement(
            "Envelope",
            [("ovf:version", "1.0"), ("xml:lang", "en-US")] + OVF.namespaces + [
                ("xmlns:vbox", "http://www.virtualbox.org/ovf/machine")
            ],
            [
                OVF.references(file: "box.vmdk", bytes: fileBytes),
                OVFElement(
                    "DiskSection", [],
                    [
                        OVF.info("Disks"),
                        OVFElement(
                            "Disk",
                            [
                                ("ovf:capacity", "\(diskBytes)"), ("ovf:diskId", "vmdisk1"),
                                ("ovf:fileRef", "file1"), ("ovf:format", OVF.streamOptimized),
                                ("vbox:uuid", diskUUID),
                            ]),
                    ]),
                OVFElement(
                    "NetworkSection", [],
                    [
                        OVF.info("Networks"),
                        OVFElement(
                            "Network", [("ovf:name", "NAT")],
                            [OVFElement("Description", text: "Network address translation")]),
                    ]),
                OVFElement(
                    "VirtualSystem", [("ovf:id", name)],
                    [
                        OVF.info("A virtual machine"),
                        OVFElement(
                            "OperatingSystemSection", [("ovf:id", "101")],
                            [
                                OVF.info("The guest system"), OVFElement("Description", text: "Linux_64"),
                                OVFElement("vbox:OSType", [("ovf:required", "false")], text: "Linux_64"),
                            ]),
                        hardware,
                    ]),
            ]
        ).document
    }

    private var hardware: OVFElement {
        var items = OVF.Items()
        items.add(
            3, "1 virtual CPU", ["AllocationUnits": "hertz * 10^6", "VirtualQuantity": "1"])
        items.add(
            4, "1024 MB of memory", ["AllocationUnits": "MegaBytes", "VirtualQuantity": "1024"])
        for index in 0...1 {
            items.add(5, "ideController\(index)", ["Address": "\(index)", "ResourceSubType": "PIIX4"])
        }
        let sata = items.add(20, "sataController0", ["Address": "0", "ResourceSubType": "AHCI"])
        items.add(35, "sound", ["AddressOnParent": "3", "ResourceSubType": "ensoniq1371"], required: false)
        items.add(
            17, "disk1", ["AddressOnParent": "0", "HostResource": "/disk/vmdisk1", "Parent": sata])
        items.add(
            10, "Ethernet adapter on NAT",
            ["AutomaticAllocation": "true", "Connection": "NAT", "ResourceSubType": "E1000"])
        return OVFElement(
            "VirtualHardwareSection", [],
            [OVF.info("Virtual hardware"), OVF.system(identifier: name, type: "virtualbox-2.2")]
                + items.elements)
    }
}
