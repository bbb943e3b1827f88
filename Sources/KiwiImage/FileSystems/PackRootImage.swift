import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

/// Makes `LiveOS/rootfs.img`, a file system with the root tree, and packs it as squashfs.
public struct PackRootImage: BuildStep {
    public let id = "payload"
    public var tree: Artifact
    public var options: FileSystemOptions

    public init(tree: Artifact, options: FileSystemOptions) {
        self.tree = tree
        self.options = options
    }

    public var because: Position? { options.position }
    public var summary: String { "make the root file system (\(options.kind.rawValue)) and pack it" }
    public var reads: [Artifact] { FileSystemWriter.inputs(tree) }
    public var writes: [Artifact] { [.payload] }
    public var reusable: Bool { true }
    public var tools: [ToolRequirement] {
        [ToolRequirement("mksquashfs", package: "squashfs-tools", to: "pack the root file system")]
            + options.tools
    }

    public func keyMaterial(in workspace: Workspace) async throws -> [String] {
        try await FileSystemWriter.keyMaterial(of: .squashfs, in: workspace)
            + FileSystemWriter.keyMaterial(of: options.kind, in: workspace)
    }

    public func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let output = try await workspace.newFile(.payload)
        let folder = "\(workspace.folders.bulk)/rootfs"
        try FileSystem.makeFolder("\(folder)/LiveOS")
        defer { try? FileSystem.removeTree(folder) }
        try await FileSystemWriter.write(
            tree, to: "\(folder)/LiveOS/rootfs.img", with: options, in: workspace)
        var call = SquashfsCall(
            folder, to: output, compression: .xz, clock: try await workspace.value(.clock),
            processors: Processors.count)
        options.squash.apply(to: &call, facts: facts)
        call.ownedByRoot = true
        try await workspace.runner.run(call.call)
    }
}
