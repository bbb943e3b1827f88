import Foundation

/// The two files of a UEFI firmware: its program and the template of its variables.
public struct FirmwareFiles: Sendable, Equatable {
    public var code: String
    public var variables: String

    public init(code: String, variables: String) {
        self.code = code
        self.variables = variables
    }

    /// The firmware of this machine's distribution, nil when none is installed.
    /// - Parameter secure: one with Secure Boot switched on.
    public static func find(
        for kind: MachineKind = .x86, secure: Bool = false,
        exists: (String) -> Bool = { FileManager.default.isReadableFile(atPath: $0) }
    ) -> FirmwareFiles? {
        kind.firmwareCandidates(secure: secure).first { exists($0.code) && exists($0.variables) }
    }
}
