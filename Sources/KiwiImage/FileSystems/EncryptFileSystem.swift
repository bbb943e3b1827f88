import KiwiBoot
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

extension Artifact {
    /// The root file system before it is encrypted.
    public static let plainFileSystem = Artifact.file("root.plain")
    /// What is known of the encrypted volume (`LUKSHeader`).
    public static let luksHeader = Artifact.value("luks-header")
}

/// Puts the root file system into a LUKS volume. Keys are new each time, so it is never reused.
public struct EncryptFileSystem: BuildStep {
    public let id = "encrypt"
    public var encryption: Encryption

    public init(encryption: Encryption) { self.encryption = encryption }

    public var because: Position? { encryption.position }
    public var summary: String { "encrypt the root file system" }
    public var reads: [Artifact] { [.plainFileSystem, .imageIDs] }
    public var writes: [Artifact] { [.rootFileSystem, .luksHeader] }
    public var tools: [ToolRequirement] { LUKSVolume.tools }

    public func run(in workspace: Workspace) async throws {
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let header = try await LUKSVolume(encryption, uuid: ids.luksUUID).write(
            try await workspace.file(.plainFileSystem), to: try await workspace.newFile(.rootFileSystem),
            in: workspace)
        try await workspace.set(.luksHeader, header)
    }
}
