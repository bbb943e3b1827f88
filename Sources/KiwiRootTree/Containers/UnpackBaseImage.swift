import KiwiDiagnostics
import KiwiToolbox

/// Lays the layers of the base image over each other: the lowest layer of the root tree.
public struct UnpackBaseImage: BuildStep {
    /// Leave out `/image`: the description of what was kept there is not the one that is built.
    public var withoutDescription: Bool

    public init(withoutDescription: Bool = false) { self.withoutDescription = withoutDescription }

    public var id: String { "layer.base" }
    public var summary: String { "unpack the base image" }
    public var reads: [Artifact] { [.baseImage, .baseImageDigest] }
    public var writes: [Artifact] { [.baseTree] }
    public var reusable: Bool { true }
    public var tools: [ToolRequirement] {
        ["gzip": "gzip", "tar": "tar"].sorted { $0.key < $1.key }.map {
            ToolRequirement($0.key, package: $0.value, to: "unpack base images of containers")
        }
    }

    public func run(in workspace: Workspace) async throws {
        let image = try await BaseImage(archive: workspace.file(.baseImage), in: workspace)
        defer { image.remove() }
        try await workspace.buildLayer(.baseTree, over: nil) { tree in
            try await image.unpack(into: tree.path)
            if withoutDescription { try FileSystem.removeTree(tree.resolve("/image")) }
        }
    }
}
