import KiwiDescription

/// A kind of virtual machine: what differs between the architectures that QEMU can boot.
public enum MachineKind: String, Sendable, CaseIterable {
    case x86 = "x86_64"
    case aarch64

    /// The machine that boots images for an architecture; nil when this version knows none.
    public init?(for architecture: Architecture) {
        switch architecture.resultName {
        case "x86_64", "ix86": self = .x86
        case "aarch64": self = .aarch64
        default: return nil
        }
    }

    /// QEMU's program.
    public var program: String {
        switch self {
        case .x86: "qemu-system-x86_64"
        case .aarch64: "qemu-system-aarch64"
        }
    }

    /// Debian's package with the program.
    var programPackage: String {
        switch self {
        case .x86: "qemu-system-x86"
        case .aarch64: "qemu-system-arm"
        }
    }

    /// Debian's package with the UEFI firmware.
    var firmwarePackage: String {
        switch self {
        case .x86: "ovmf"
        case .aarch64: "qemu-efi-aarch64"
        }
    }

    /// The kernel's name of the serial console.
    var serialConsole: String { self == .x86 ? "ttyS0" : "ttyAMA0" }

    /// What starts an image when nothing else is asked for.
    var firmware: MachineOptions.Firmware { self == .x86 ? .bios : .uefi }

    /// The processor that is emulated.
    ///
    /// x86: the oldest one that all of today's distributions start on (x86-64-v2); with `max`, guests were
    /// seen to lock up on loaded machines. ARM: one of the first with 64 bits; `max` has pointer
    /// authentication, which costs an emulator half of its speed.
    var emulatedProcessor: String {
        switch self {
        case .x86: "Nehalem"
        case .aarch64: "cortex-a57"
        }
    }

    /// The board and its display adapter.
    ///
    /// Without a display adapter GRUB never comes out of its graphical terminal on a BIOS machine.
    func board(isSecure: Bool) -> [String] {
        switch self {
        case .x86: ["-machine", isSecure ? "q35,smm=on" : "q35", "-vga", "std"]
        case .aarch64: ["-machine", "virt", "-device", "ramfb"]
        }
    }

    /// What protects the variables of a firmware with Secure Boot, beside the firmware itself.
    var variableProtection: [String] {
        self == .x86 ? ["-global", "driver=cfi.pflash01,property=secure,value=on"] : []
    }

    /// A CD drive for the drive named `image`, with its options.
    func cdrom(_ options: String) -> [String] {
        switch self {
        case .x86: ["-device", "ide-cd,drive=image\(options)"]
        case .aarch64: ["-device", "virtio-scsi-pci", "-device", "scsi-cd,drive=image\(options)"]
        }
    }

    /// Where distributions put UEFI firmware for such machines, best first.
    /// - Parameter secure: with the keys of Microsoft enrolled, which starts only what is signed.
    func firmwareCandidates(secure: Bool) -> [FirmwareFiles] {
        switch (self, secure) {
        case (.x86, false):
            [
                FirmwareFiles(
                    code: "/usr/share/OVMF/OVMF_CODE_4M.fd", variables: "/usr/share/OVMF/OVMF_VARS_4M.fd"),
                FirmwareFiles(
                    code: "/usr/share/OVMF/OVMF_CODE.fd", variables: "/usr/share/OVMF/OVMF_VARS.fd"),
                FirmwareFiles(
                    code: "/usr/share/edk2/ovmf/OVMF_CODE.fd", variables: "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
                FirmwareFiles(
                    code: "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
                    variables: "/usr/share/edk2/x64/OVMF_VARS.4m.fd"),
                FirmwareFiles(
                    code: "/usr/share/qemu/ovmf-x86_64-4m-code.bin",
                    variables: "/usr/share/qemu/ovmf-x86_64-4m-vars.bin"),
                FirmwareFiles(
                    code: "/usr/share/qemu/ovmf-x86_64-code.bin",
                    variables: "/usr/share/qemu/ovmf-x86_64-vars.bin"),
            ]
        case (.x86, true):
            [
                FirmwareFiles(
                    code: "/usr/share/OVMF/OVMF_CODE_4M.ms.fd",
                    variables: "/usr/share/OVMF/OVMF_VARS_4M.ms.fd"),
                FirmwareFiles(
                    code: "/usr/share/OVMF/OVMF_CODE.secboot.fd",
                    variables: "/usr/share/OVMF/OVMF_VARS.ms.fd"),
                FirmwareFiles(
                    code: "/usr/share/edk2/ovmf/OVMF_CODE.secboot.fd",
                    variables: "/usr/share/edk2/ovmf/OVMF_VARS.secboot.fd"),
                FirmwareFiles(
                    code: "/usr/share/qemu/ovmf-x86_64-smm-ms-code.bin",
                    variables: "/usr/share/qemu/ovmf-x86_64-smm-ms-vars.bin"),
            ]
        case (.aarch64, false):
            [
                FirmwareFiles(
                    code: "/usr/share/AAVMF/AAVMF_CODE.fd", variables: "/usr/share/AAVMF/AAVMF_VARS.fd"),
                FirmwareFiles(
                    code: "/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw",
                    variables: "/usr/share/edk2/aarch64/vars-template-pflash.raw"),
                FirmwareFiles(
                    code: "/usr/share/qemu/aavmf-aarch64-code.bin",
                    variables: "/usr/share/qemu/aavmf-aarch64-vars.bin"),
            ]
        case (.aarch64, true):
            [
                FirmwareFiles(
                    code: "/usr/share/AAVMF/AAVMF_CODE.ms.fd",
                    variables: "/usr/share/AAVMF/AAVMF_VARS.ms.fd")
            ]
        }
    }
}
