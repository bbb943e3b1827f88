extension Schema {
    static let oemElements: [ElementSchema] = [
        ElementSchema(
            "oemconfig", "How a deployed disk image starts for the first time.", on: ["oem", "pxe"],
            children: [
                .optional("oem-boot-title"), .optional("oem-bootwait"), .optional("oem-resize"),
                .optional("oem-resize-once"), .optional("oem-ramdisk-size"), .optional("oem-device-filter"),
                .optional("oem-nic-filter"), .optional("oem-inplace-recovery"), .optional("oem-kiwi-initrd"),
                .optional("oem-multipath-scan"), .optional("oem-vmcp-parmfile"),
                .optional("oem-partition-install"), .optional("oem-reboot"),
                .optional("oem-reboot-interactive"), .optional("oem-recovery"), .optional("oem-recoveryID"),
                .optional("oem-recovery-part-size"), .optional("oem-shutdown"),
                .optional("oem-shutdown-interactive"), .optional("oem-silent-boot"),
                .optional("oem-silent-install"), .optional("oem-silent-verify"), .optional("oem-skip-verify"),
                .optional("oem-swap"), .optional("oem-swapsize"), .optional("oem-swapname"),
                .optional("oem-systemsize"), .optional("oem-unattended"), .optional("oem-unattended-id"),
            ]),
        ElementSchema(
            "oem-boot-title", "The title in the boot menu.", content: .text),
        ElementSchema(
            "oem-bootwait", "Waits for a key after the installation.", content: .boolean, default: "false"),
        ElementSchema(
            "oem-resize", "Grows the disk at the first boot.", content: .boolean, default: "true",
            on: ["oem"]),
        ElementSchema(
            "oem-resize-once", "Grows the disk at the first boot only.", content: .boolean),
        ElementSchema(
            "oem-ramdisk-size", "The size of the memory disk to deploy to.", content: .text),
        ElementSchema(
            "oem-device-filter", "A pattern of disks that are not offered.", content: .text),
        ElementSchema(
            "oem-nic-filter", "A pattern of network cards that are not used.", content: .text),
        ElementSchema(
            "oem-inplace-recovery", "The recovery archive stands in the image.", content: .boolean,
            default: "false"),
        ElementSchema(
            "oem-kiwi-initrd", "Keeps the kiwi initrd.", content: .boolean),
        ElementSchema(
            "oem-multipath-scan", "Looks for multipath devices.", content: .boolean, default: "false"),
        ElementSchema(
            "oem-vmcp-parmfile", "The parameter file of z/VM.", content: .text),
        ElementSchema(
            "oem-partition-install", "Installs into a free partition.", content: .boolean),
        ElementSchema(
            "oem-reboot", "Boots again after the installation.", content: .boolean, default: "false"),
        ElementSchema(
            "oem-reboot-interactive", "Asks before it boots again.", content: .boolean, default: "false"),
        ElementSchema(
            "oem-recovery", "Makes a recovery archive.", content: .boolean, default: "false"),
        ElementSchema(
            "oem-recoveryID", "The type of the recovery partition.", content: .integer(minimum: 0)),
        ElementSchema(
            "oem-recovery-part-size", "MiB of the recovery partition.", content: .integer(minimum: 0)),
        ElementSchema(
            "oem-shutdown", "Powers off after the installation.", content: .boolean, default: "false"),
        ElementSchema(
            "oem-shutdown-interactive", "Asks before it powers off.", content: .boolean, default: "false"),
        ElementSchema(
            "oem-silent-boot", "Boots without messages.", content: .boolean, default: "false"),
        ElementSchema(
            "oem-silent-install", "Installs without showing progress.", content: .boolean, default: "false"),
        ElementSchema(
            "oem-silent-verify", "Verifies without showing progress.", content: .boolean, default: "false"),
        ElementSchema(
            "oem-skip-verify", "Does not verify what was written.", content: .boolean, default: "false"),
        ElementSchema(
            "oem-swap", "Makes swap space.", content: .boolean, default: "false", on: ["oem"]),
        ElementSchema(
            "oem-swapsize", "MiB of swap space.", content: .integer(minimum: 0), default: "128"),
        ElementSchema(
            "oem-swapname", "The name of the swap volume.", content: .text, default: "LVSwap", on: ["oem"]),
        ElementSchema(
            "oem-systemsize", "MiB of the root partition; 0 is all.", content: .integer(minimum: 0),
            default: "0"),
        ElementSchema(
            "oem-unattended", "Installs to the first disk without asking.", content: .boolean,
            default: "false"),
        ElementSchema(
            "oem-unattended-id", "The disk to install to.", content: .text),
    ]
}
