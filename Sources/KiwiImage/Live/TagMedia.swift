import KiwiBoot
import KiwiDiagnostics
import KiwiToolbox

/// Writes the checksum of the ISO into the ISO, for the menu entry that checks the medium.
public struct TagMedia: BuildStep {
    public let id = "media-tag"
    @Unkeyed public var because: Position?
    /// False: the ISO is passed on as it is.
    public var isEnabled: Bool

    public init(enabled: Bool, because: Position? = nil) {
        isEnabled = enabled
        _because = Unkeyed(wrappedValue: because)
    }

    public var summary: String {
        isEnabled ? "write the checksum of the medium into it" : "leave the medium without checksum"
    }
    public var reads: [Artifact] { [.rawISO] }
    public var writes: [Artifact] { [.iso] }

    public func run(in workspace: Workspace) async throws {
        let file = try await workspace.newFile(.iso)
        try FileSystem.rename(try await workspace.file(.rawISO), to: file)
        if isEnabled { try MediaTag.write(to: file) }
    }
}
