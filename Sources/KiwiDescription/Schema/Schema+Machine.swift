extension Schema {
    static let machineElements: [ElementSchema] = [
        ElementSchema(
            "machine", "Settings of the virtual machine.", on: ["oem"],
            attributes: [
                AttributeSchema(
                    "min_memory", .integer(minimum: 0), withoutEffect: true, "The least memory in MiB."),
                AttributeSchema(
                    "max_memory", .integer(minimum: 0), withoutEffect: true, "The most memory in MiB."),
                AttributeSchema(
                    "min_cpu", .integer(minimum: 0), withoutEffect: true, "The least processors."),
                AttributeSchema(
                    "max_cpu", .integer(minimum: 0), withoutEffect: true, "The most processors."),
                AttributeSchema(
                    "ovftype", .choice(["vmware"]), default: "vmware", withoutEffect: true,
                    "The kind of virtual appliance; there is only one."),
                AttributeSchema(
                    "HWversion", .integer(), default: "9", needs: ["format=vmdk", "format=ova"],
                    "The hardware version of VMware machines."),
                AttributeSchema(
                    "arch", .choice(["ix86", "x86_64"]), withoutEffect: true,
                    "The architecture of the machine."),
                AttributeSchema(
                    "xen_loader", .choice(["hvmloader", "pygrub", "pvgrub"]),
                    "The image is a Xen guest with this loader."),
                AttributeSchema(
                    "guestOS", .text, default: "suse-64", needs: ["format=vmdk", "format=ova"],
                    "The id of the guest system for VMware."),
                AttributeSchema(
                    "memory", .integer(minimum: 0), default: "4096",
                    needs: ["format=vmdk", "format=ova", "xen_loader"],
                    "MiB of memory."),
                AttributeSchema(
                    "ncpus", .integer(minimum: 0), default: "2",
                    needs: ["format=vmdk", "format=ova", "xen_loader"],
                    "The number of processors."),
            ],
            children: [.many("vmconfig-entry"), .optional("vmdisk"), .optional("vmdvd"), .many("vmnic")]),
        ElementSchema(
            "vmconfig-entry", "A line added to the VMX file as it is.", content: .text,
            needs: ["format=vmdk", "format=ova"]),
        ElementSchema(
            "vmdisk", "The disk of the virtual machine.", needs: ["format=vmdk", "format=ova"],
            attributes: [
                AttributeSchema(
                    "disktype", .text, withoutEffect: true, "The kind of disk."),
                AttributeSchema(
                    "controller",
                    .choice(["ide", "buslogic", "lsilogic", "lsisas1068", "legacyESX", "pvscsi"]),
                    default: "ide", "The bus of the disk."),
                AttributeSchema(
                    "id", .integer(minimum: 0), default: "0", "The number of the disk."),
                AttributeSchema(
                    "device", .text, withoutEffect: true, "The device name in the guest."),
                AttributeSchema(
                    "diskmode",
                    .choice([
                        "monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat",
                        "streamOptimized",
                    ]), "The variant of a VMDK file."),
            ]),
        ElementSchema(
            "vmdvd", "The DVD drive of the virtual machine.", needs: ["format=vmdk", "format=ova"],
            attributes: [
                AttributeSchema(
                    "controller", .choice(["ide", "scsi"]), required: true, default: "ide",
                    "The bus of the drive."),
                AttributeSchema(
                    "id", .integer(minimum: 0), required: true, "The number of the drive."),
            ]),
        ElementSchema(
            "vmnic", "A network card of the virtual machine.",
            needs: ["format=vmdk", "format=ova", "xen_loader"],
            attributes: [
                AttributeSchema(
                    "driver", .text, "The model of the card."),
                AttributeSchema(
                    "interface", .text, required: true, "The number of the card."),
                AttributeSchema(
                    "mode", .text, "How it is connected, for example bridged or nat."),
                AttributeSchema(
                    "mac", .macAddress, "The MAC address; made up when not written."),
            ]),
        ElementSchema(
            "vagrantconfig", "A Vagrant box made of the disk; only the first is used.", on: ["oem"],
            needs: ["format=vagrant"],
            attributes: [
                AttributeSchema(
                    "provider", .choice(["libvirt", "virtualbox"]), required: true,
                    "The virtualization the box is for."),
                AttributeSchema(
                    "virtualsize", .integer(minimum: 0), required: true, "The size in GiB."),
                AttributeSchema(
                    "boxname", .text, withoutEffect: true, "The name of the box."),
                AttributeSchema(
                    "virtualbox_guest_additions_present", .boolean, default: "false",
                    "The image has the guest additions of VirtualBox."),
                AttributeSchema(
                    "embedded_vagrantfile", .text, "A file of the description put into the box."),
            ]),
    ]
}
