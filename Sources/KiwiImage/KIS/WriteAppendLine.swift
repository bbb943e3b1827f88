import KiwiBoot
import KiwiDescription
import KiwiStorage
import KiwiToolbox

extension Artifact {
    /// The kernel command line of a network-boot image.
    static let appendLine = Artifact.file("append")
}

/// Writes the kernel command line that starts a network-boot image from its own file system. No line end.
public struct WriteAppendLine: BuildStep {
    /// `kernelcmdline`.
    public var commandLine: String?
    /// Whether the file system has an identifier that boot code can find it by; squashfs has none.
    public var hasUUID: Bool
    /// Whether it lies in a LUKS volume.
    public var isEncrypted = false

    public var id: String { "append" }
    public var summary: String { "write the kernel command line" }
    public var reads: [Artifact] { [.imageIDs] + (isEncrypted ? [.luksHeader] : []) }
    public var writes: [Artifact] { [.appendLine] }

    public func run(in workspace: Workspace) async throws {
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let header: LUKSHeader? = isEncrypted ? try await workspace.value(.luksHeader) : nil
        try FileSystem.write(
            Self.text(uuid: hasUUID ? ids.rootUUID : nil, volume: header?.uuid, own: commandLine),
            to: try await workspace.newFile(.appendLine))
    }

    /// A `root=` of the description goes first, and so does what it says about encrypted volumes.
    static func text(uuid: String?, volume: String? = nil, own: String?) -> String {
        let words = (own ?? "").split(separator: " ")
        var line: [String] = []
        if !words.contains(where: { $0.hasPrefix("root=") }),
            let root = uuid.map({ "UUID=\($0)" }) ?? volume.map(Encryption.device)
        {
            line.append("root=\(root)")
        }
        if let volume, !words.contains(where: { $0.hasPrefix("rd.luks.") }) {
            line.append(Encryption.commandLine(uuid: volume))
        }
        return (line + [own ?? ""]).filter { !$0.isEmpty }.joined(separator: " ")
    }
}
