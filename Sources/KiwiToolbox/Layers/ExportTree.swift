import KiwiDiagnostics

/// Writes a finished root tree as a plain folder: what `system prepare --root` gives.
public struct ExportTree: BuildStep {
    public var id: String { "export.tree" }
    public var summary: String { "write the root tree to \(folder)" }
    /// The layer whose whole tree is written.
    public var layer: Artifact
    /// Absolute path of the new folder.
    public var folder: String
    /// Replace an existing folder (`--allow-existing-root`).
    public var replace: Bool

    /// Values that a later build from the folder needs; kept in its `/image`.
    public var record: [Artifact]

    public init(layer: Artifact, folder: String, replace: Bool = false, record: [Artifact] = []) {
        self.layer = layer
        self.folder = folder
        self.replace = replace
        self.record = record
    }

    public var reads: [Artifact] { [layer] + record }
    public var writes: [Artifact] { [.value("exported-tree")] }

    public func run(in workspace: Workspace) async throws {
        let temporary = "\(workspace.folders.bulk)/exported"
        try FileSystem.makeFolder(temporary)
        try await workspace.withTree(of: layer) { tree in
            try await TreeCopy.copy(tree.path, to: temporary, with: workspace.runner)
        }
        try await TreeRecord.write(record, to: temporary, from: workspace)
        if replace, FileSystem.exists(folder) {
            let old = "\(workspace.folders.bulk)/replaced"
            try FileSystem.rename(folder, to: old)
        }
        try FileSystem.rename(temporary, to: folder)
        try await workspace.set(.value("exported-tree"), folder)
    }
}
