import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

extension Artifact {
    /// The system of a live medium, `LiveOS/squashfs.img`.
    public static let payload = Artifact.file("squashfs.img")
    /// The root tree as a file system.
    public static let rootFileSystem = Artifact.file("root.fs")
}

/// Makes a file system with the root tree.
public struct MakeFileSystem: BuildStep {
    public var tree: Artifact
    public var output: Artifact
    public var options: FileSystemOptions

    public init(tree: Artifact, output: Artifact = .rootFileSystem, options: FileSystemOptions) {
        self.tree = tree
        self.output = output
        self.options = options
    }

    public var id: String {
        switch output {
        case .payload: "payload"
        case .readOnlyPart: "filesystem.read-only"
        default: "filesystem"
        }
    }
    public var because: Position? { options.position }
    public var summary: String {
        let what =
            switch options.part {
            case nil: "the root tree"
            case .readWrite: "the root tree without /usr"
            case .readOnly: "/usr"
            }
        return "make a file system of \(what) (\(options.kind.rawValue))"
    }
    public var reads: [Artifact] { FileSystemWriter.inputs(tree) }
    public var writes: [Artifact] { [output] }
    public var reusable: Bool { true }
    public var tools: [ToolRequirement] { options.tools }

    public func keyMaterial(in workspace: Workspace) async throws -> [String] {
        try await FileSystemWriter.keyMaterial(of: options.kind, in: workspace)
    }

    public func run(in workspace: Workspace) async throws {
        try await FileSystemWriter.write(
            tree, to: try await workspace.newFile(output), with: options, in: workspace)
    }
}
