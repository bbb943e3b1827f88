extension Schema {
    static let machineElements: [ElementSchema] = [
        ElementSchema(
            "machine", "Settings of the virtual machine.",
            attributes: [
                AttributeSchema(
                    "min_memory", .integer(minimum: 0),
                    "MB; ova only (accepted, not used by the ova builder)."),
                AttributeSchema(
                    "max_memory", .integer(minimum: 0), "As above."),
                AttributeSchema(
                    "min_cpu", .integer(minimum: 0), "As above."),
                AttributeSchema(
                    "max_cpu", .integer(minimum: 0), "As above."),
                AttributeSchema(
                    "ovftype", .choice(["vmware"]), default: "vmware", "TODO."),
                AttributeSchema(
                    "HWversion", .integer(), default: "9", "Vmx virtualHW version."),
                AttributeSchema(
                    "arch", .choice(["ix86", "x86_64"]), "Vmdk; not evaluated."),
                AttributeSchema(
                    "xen_loader", .choice(["hvmloader", "pygrub", "pvgrub"]),
                    "Set on x86_64 = image is a Xen guest."),
                AttributeSchema(
                    "guestOS", .text, default: "suse-64", "Vmx guest id."),
                AttributeSchema(
                    "memory", .integer(minimum: 0), default: "4096", "MB; vmdk: unset = line omitted; ova."),
                AttributeSchema(
                    "ncpus", .integer(minimum: 0), default: "2", "Vmdk: unset = omitted; ova."),
            ],
            children: [.many("vmconfig-entry"), .optional("vmdisk"), .optional("vmdvd"), .many("vmnic")]),
        ElementSchema(
            "vmconfig-entry", "A line added to the VMX file as it is.", content: .text),
        ElementSchema(
            "vmdisk", "The disk of the virtual machine.",
            attributes: [
                AttributeSchema(
                    "disktype", .text, "Not evaluated."),
                AttributeSchema(
                    "controller",
                    .choice(["ide", "buslogic", "lsilogic", "lsisas1068", "legacyESX", "pvscsi"]),
                    default: "ide", "Also qemu-img adapter_type=."),
                AttributeSchema(
                    "id", .integer(minimum: 0), default: "0", "TODO."),
                AttributeSchema(
                    "device", .text, "Not evaluated."),
                AttributeSchema(
                    "diskmode",
                    .choice([
                        "monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat",
                        "streamOptimized",
                    ]), "Qemu-img subformat= (ova always adds streamOptimized)."),
            ]),
        ElementSchema(
            "vmdvd", "The DVD drive of the virtual machine.",
            attributes: [
                AttributeSchema(
                    "controller", .choice(["ide", "scsi"]), required: true, default: "ide", "TODO."),
                AttributeSchema(
                    "id", .integer(minimum: 0), required: true, "Device number."),
            ]),
        ElementSchema(
            "vmnic", "A network card of the virtual machine.",
            attributes: [
                AttributeSchema(
                    "driver", .text, "Virtual device name."),
                AttributeSchema(
                    "interface", .text, required: true, "Number of the NIC in the vmx file."),
                AttributeSchema(
                    "mode", .text, "Connection type (bridged, nat, ...)."),
                AttributeSchema(
                    "mac", .macAddress, "Default generated."),
            ]),
        ElementSchema(
            "vagrantconfig", "A Vagrant box made of the disk; only the first is used.",
            attributes: [
                AttributeSchema(
                    "provider", .choice(["libvirt", "virtualbox"]), required: true,
                    "Box provider; only the first vagrantconfig is used."),
                AttributeSchema(
                    "virtualsize", .integer(minimum: 0), required: true,
                    "GB virtual_size in metadata.json (0 -> 42)."),
                AttributeSchema(
                    "boxname", .text, "Name in metadata (not written by the builder)."),
                AttributeSchema(
                    "virtualbox_guest_additions_present", .boolean, default: "false",
                    "Virtualbox only; true = no rsync folder line."),
                AttributeSchema(
                    "embedded_vagrantfile", .text, "File in description dir placed as Vagrantfile."),
            ]),
    ]
}
