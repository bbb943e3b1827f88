import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

extension Artifact {
    /// The loader folder after the user's `editbootconfig` script.
    public static let editedLoader = Artifact.file("loader.edited")
}

/// Runs the user's `editbootconfig` script on the files of the medium, as KIWI does: on the
/// build side, in the root tree's folder, with the arguments `iso:MEDIA_FOLDER 1`.
public struct EditBootConfig: BuildStep {
    public let id = "editbootconfig"
    @Unkeyed public var because: Position?
    public var tree: Artifact
    /// Absolute path of the script.
    public var script: String
    public var environment: [String: String]

    public init(tree: Artifact, script: String, environment: [String: String], because: Position? = nil) {
        self.tree = tree
        self.script = script
        self.environment = environment
        _because = Unkeyed(wrappedValue: because)
    }

    public var summary: String { "run \(FileSystem.name(of: script)) on the boot menu" }
    // The EFI boot image is made from the same folder first.
    public var reads: [Artifact] { [tree, .loader, .esp, .clock] }
    public var writes: [Artifact] { [.editedLoader] }
    public var tools: [ToolRequirement] {
        [ToolRequirement("bash", package: "bash", to: "run editbootconfig")]
    }

    public func run(in workspace: Workspace) async throws {
        let clock: Int64 = try await workspace.value(.clock)
        let edited = try await workspace.newFile(.editedLoader)
        try FileSystem.rename(try await workspace.file(.loader), to: edited)
        try await workspace.withTree(of: tree) { tree in
            try await BuildSideScript(Located(script, at: because), environment: environment).run(
                in: tree.path, ["iso:\(edited)/media", "1"], workspace)
        }
        try MediaFolder("\(edited)/media").setTimes(clock)
    }
}
