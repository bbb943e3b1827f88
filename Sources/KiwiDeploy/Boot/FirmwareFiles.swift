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

    /// The firmware of this machine's distribution, nil when none is installed.
    public static func find(
        exists: (String) -> Bool = { FileManager.default.isReadableFile(atPath: $0) }
    ) -> FirmwareFiles? {
        candidates.first { exists($0.code) && exists($0.variables) }
    }
}
