extension Schema {
    static let oemElements: [ElementSchema] = [
        ElementSchema(
            "oemconfig", "How a deployed disk image starts for the first time.",
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
            "oem-boot-title",
            "Loader menu title of deployed system; default OEM by doc; variable kiwi_oemtitle.",
            content: .text),
        ElementSchema(
            "oem-bootwait", "Wait for key before booting after dump; default false; kiwi_oembootwait.",
            content: .boolean),
        ElementSchema(
            "oem-resize", "Grow disk on first boot; default true.", content: .boolean),
        ElementSchema(
            "oem-resize-once",
            "True = resize once only; default: on every boot a geometry change is handled; kiwi_oemresizeonce.",
            content: .boolean),
        ElementSchema(
            "oem-ramdisk-size", "Ramdisk deployment size; kiwi_oemramdisksize.", content: .text),
        ElementSchema(
            "oem-device-filter", "Regex of disks to hide; kiwi_oemdevicefilter.", content: .text),
        ElementSchema(
            "oem-nic-filter", "Regex of NICs to skip; kiwi_oemnicfilter.", content: .text),
        ElementSchema(
            "oem-inplace-recovery",
            "Store recovery archive in image; default false; kiwi_oemrecoveryInPlace.", content: .boolean),
        ElementSchema(
            "oem-kiwi-initrd", "Keep kiwi initrd; kiwi_oemkboot.", content: .boolean),
        ElementSchema(
            "oem-multipath-scan", "Default false in builder (schema text says true); kiwi_oemmultipath_scan.",
            content: .boolean),
        ElementSchema(
            "oem-vmcp-parmfile", "S390; doc default PARM-S11; kiwi_oemvmcp_parmfile.", content: .text),
        ElementSchema(
            "oem-partition-install", "Install into free partition; kiwi_oempartition_install.",
            content: .boolean),
        ElementSchema(
            "oem-reboot", "Reboot after dump; default false; kiwi_oemreboot.", content: .boolean),
        ElementSchema(
            "oem-reboot-interactive", "Same with dialog; default false; kiwi_oemrebootinteractive.",
            content: .boolean),
        ElementSchema(
            "oem-recovery", "Create recovery archive; default false; kiwi_oemrecovery.", content: .boolean),
        ElementSchema(
            "oem-recoveryID", "Partition id, doc default 83; kiwi_oemrecoveryID.",
            content: .integer(minimum: 0)),
        ElementSchema(
            "oem-recovery-part-size", "MB (x1.7 reserved for in-place); kiwi_oemrecoveryPartSize.",
            content: .integer(minimum: 0)),
        ElementSchema(
            "oem-shutdown", "Power off after dump; default false; kiwi_oemshutdown.", content: .boolean),
        ElementSchema(
            "oem-shutdown-interactive", "With dialog; default false; kiwi_oemshutdowninteractive.",
            content: .boolean),
        ElementSchema(
            "oem-silent-boot", "Kiwi_oemsilentboot; default false.", content: .boolean),
        ElementSchema(
            "oem-silent-install", "No dump progress; kiwi_oemsilentinstall; default false.", content: .boolean
        ),
        ElementSchema(
            "oem-silent-verify", "No verify progress; kiwi_oemsilentverify; default false.", content: .boolean
        ),
        ElementSchema(
            "oem-skip-verify", "Skip checksum test; kiwi_oemskipverify; default false.", content: .boolean),
        ElementSchema(
            "oem-swap", "Create swap at build time; default false.", content: .boolean),
        ElementSchema(
            "oem-swapsize", "MB; default 128 when oem-swap true; kiwi_oemswapMB.",
            content: .integer(minimum: 0)),
        ElementSchema(
            "oem-swapname", "LVM swap volume name; default LVSwap.", content: .text),
        ElementSchema(
            "oem-systemsize", "MB of root/LVM partition; default 0 = all; kiwi_oemrootMB.",
            content: .integer(minimum: 0)),
        ElementSchema(
            "oem-unattended", "Install to first disk without asking; default false; kiwi_oemunattended.",
            content: .boolean),
        ElementSchema(
            "oem-unattended-id", "Disk id to install to; kiwi_oemunattended_id.", content: .text),
    ]
}
