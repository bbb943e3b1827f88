import Foundation

/// The two files of a UEFI firmware: its program and the template of its variables.
public struct FirmwareFiles: Sendable, Equatable {
    public var code: String
    public var variables: String

    public init(code: String, variables: String) {
        self.code = code
        self.variables = variables
    }

    /// Where distributions put UEFI firmware for x86_64 machines, best first.
    static let candidates: [FirmwareFiles] = [
        FirmwareFiles(code: "/usr/share/OVMF/OVMF_CODE_4M.fd", variables: "/usr/share/OVMF/OVMF_VARS_4M.fd"),
        FirmwareFiles(code: "/usr/share/OVMF/OVMF_CODE.fd", variables: "/usr/share/OVMF/OVMF_VARS.fd"),
        FirmwareFiles(
            code: "/usr/share/edk2/ovmf/OVMF_CODE.fd", variables: "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
        FirmwareFiles(
            code: "/usr/share/edk2/x64/OVMF_CODE.4m.fd", variables: "/usr/share/edk2/x64/OVMF_VARS.4m.fd"),
        FirmwareFiles(
            code: "/usr/share/qemu/ovmf-x86_64-4m-code.bin",
            variables: "/usr/share/qemu/ovmf-x86_64-4m-vars.bin"),
        FirmwareFiles(
            code: "/usr/share/qemu/ovmf-x86_64-code.bin", variables: "/usr/share/qemu/ovmf-x86_64-vars.bin"),
    ]

    /// Firmware with the keys of Microsoft enrolled, which starts only what is signed.
    static let secureCandidates: [FirmwareFiles] = [
        FirmwareFiles(
            code: "/usr/share/OVMF/OVMF_CODE_4M.ms.fd", variables: "/usr/share/OVMF/OVMF_VARS_4M.ms.fd"),
        FirmwareFiles(
            code: "/usr/share/OVMF/OVMF_CODE.secboot.fd", variables: "/usr/share/OVMF/OVMF_VARS.ms.fd"),
        FirmwareFiles(
            code: "/usr/share/edk2/ovmf/OVMF_CODE.secboot.fd",
            variables: "/usr/share/edk2/ovmf/OVMF_VARS.secboot.fd"),
        FirmwareFiles(
            code: "/usr/share/qemu/ovmf-x86_64-smm-ms-code.bin",
            variables: "/usr/share/qemu/ovmf-x86_64-smm-ms-vars.bin"),
    ]

    /// The firmware of this machine's distribution, nil when none is installed.
    /// - Parameter secure: one with Secure Boot switched on.
    public static func find(
        secure: Bool = false,
        exists: (String) -> Bool = { FileManager.default.isReadableFile(atPath: $0) }
    ) -> FirmwareFiles? {
        (secure ? secureCandidates : candidates).first { exists($0.code) && exists($0.variables) }
    }
}
