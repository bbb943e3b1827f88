import KiwiBoot
import KiwiDescription
import KiwiToolbox

extension Artifact {
    /// The kernel command line of a network-boot image.
    static let appendLine = Artifact.file("append")
}

/// Writes the kernel command line that starts a network-boot image from its own file system. No line end.
public struct WriteAppendLine: BuildStep {
    /// `kernelcmdline`.
    public var commandLine: String?

    public var id: String { "append" }
    public var summary: String { "write the kernel command line" }
    public var reads: [Artifact] { [.imageIDs] }
    public var writes: [Artifact] { [.appendLine] }

    public func run(in workspace: Workspace) async throws {
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        try FileSystem.write(
            Self.text(uuid: ids.rootUUID, own: commandLine), to: try await workspace.newFile(.appendLine))
    }

    /// A `root=` of the description goes first.
    static func text(uuid: String, own: String?) -> String {
        let words = (own ?? "").split(separator: " ")
        let root = words.contains { $0.hasPrefix("root=") } ? [] : ["root=UUID=\(uuid)"]
        return (root + [own ?? ""]).filter { !$0.isEmpty }.joined(separator: " ")
    }
}
