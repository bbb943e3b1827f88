/// What the attributes of a disk come to, defaults filled in.
extension ImageType {
    /// Whether disks of this type start on machines with a BIOS.
    public func isBIOSBootable(on architecture: Architecture) -> Bool {
        guard ["x86_64", "ix86"].contains(architecture.resultName), !startsFromEFIOnly else { return false }
        return partitionTable(for: architecture) == "msdos" || flag("eficsm", default: true)
    }

    public func isEFIBootable(on architecture: Architecture) -> Bool {
        ["efi", "uefi"].contains(firmware(for: architecture))
    }

    /// Whether `<initrd action="setup">` asks for kernel, initrd and command line in one EFI program.
    public var hasUnifiedKernel: Bool { initrd.last { $0.action == "setup" }?.uefi ?? false }

    /// Whether what starts the kernel is a program for EFI alone.
    public var startsFromEFIOnly: Bool { hasUnifiedKernel || bootloader?.name == "systemd_boot" }

    /// Whether `/boot` is a partition of its own.
    public var hasBootPartition: Bool {
        if attributes["bootpartition"] != nil { return flag("bootpartition") }
        return string("mdraid") != nil || volumeManagement == .lvm || flag("overlayroot")
    }

    /// Whether an overlay keeps its changes on a partition.
    public var hasWritePartition: Bool {
        !flag("overlayroot") || flag("overlayroot_write_partition", default: true)
    }

    /// A text element of `<oemconfig>`; nil when absent or empty.
    public func oemText(_ name: String) -> String? {
        oemConfig?[name].map { trimmed($0.value) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A text element of `<oemconfig>` as a boolean.
    public func oemFlag(_ name: String, default value: Bool = false) -> Bool {
        oemConfig?.trimmedBoolean(name) ?? value
    }
}
