import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiStorage
import KiwiToolbox

/// Packs the read-only root below an overlay, with its hashes where dm-verity protects it. Its partition
/// follows its size.
struct PackOverlayRoot: BuildStep {
    let id = "disk.readonly"
    @Unkeyed var because: Position?
    var fileSystem: DiskFileSystem
    /// Folders that other file systems hold, relative to the root.
    var mounts: [String]
    var options: FileSystemOptions
    var verity: VerityPlan?

    init(
        _ fileSystem: DiskFileSystem, mounts: [String], options: FileSystemOptions, verity: VerityPlan?,
        because: Position?
    ) {
        self.fileSystem = fileSystem
        self.mounts = mounts
        self.options = options
        self.verity = verity
        _because = Unkeyed(wrappedValue: because)
    }

    var summary: String {
        "pack the read-only root (\(options.kind.rawValue))" + (verity == nil ? "" : " with its hashes")
    }
    var reads: [Artifact] { FileSystemWriter.inputs(.diskTree) }
    var writes: [Artifact] {
        [.diskPart(fileSystem.key)] + (verity == nil ? [] : [.verityTree])
    }
    var reusable: Bool { true }
    var tools: [ToolRequirement] { options.tools + (verity == nil ? [] : VerityTree.tools) }

    func keyMaterial(in workspace: Workspace) async throws -> [String] {
        try await FileSystemWriter.keyMaterial(of: options.kind, in: workspace)
    }

    func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        let nodes: [DeviceNode] = try await workspace.value(.deviceNodes)
        let output = try await workspace.newFile(.diskPart(fileSystem.key))
        try await workspace.withTree(of: .diskTree) { tree in
            let folder = try DiskFolder("/", mounts: mounts, in: tree, nodes: nodes)
            try await FileSystemWriter(
                options: options, name: "partition '\(fileSystem.key)'", tree: folder.path,
                excluded: folder.excluded, nodes: folder.nodes, uuid: fileSystem.uuid(ids), clock: clock,
                facts: facts, workspace: workspace
            ).write(to: output)
        }
        guard let verity else { return }
        try await workspace.set(.verityTree, try await verity.protect(output, ids, in: workspace))
    }
}

extension FileSystemOptions {
    /// Of the read-only root below an overlay.
    static func overlayRoot(_ image: ResolvedImage, kind: FileSystemKind) -> FileSystemOptions {
        let type = image.type
        var options = FileSystemOptions(image, kind: kind, isWritable: false)
        options.creation = (type.string("overlayroot_readonly_createoptions") ?? "")
            .split(separator: " ").map(String.init)
        if kind != .squashfs { options.squash.written = nil }
        if kind != .erofs { options.erofsCompression = nil }
        options.sizeBytes = nil
        options.sizeIsAdditive = false
        options.sizeRule = nil
        return options
    }
}
