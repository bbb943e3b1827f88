import KiwiBoot
import KiwiToolbox

extension Artifact {
    /// The kernel of the root tree as a file of its own.
    static let kernel = Artifact.file("kernel")
}

/// Takes the kernel out of the root tree.
public struct CopyKernel: BuildStep {
    public var tree: Artifact

    public var id: String { "kernel" }
    public var summary: String { "copy the kernel" }
    public var reads: [Artifact] { [tree, .treeFacts] }
    public var writes: [Artifact] { [.kernel] }

    public func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let target = try await workspace.newFile(.kernel)
        try await workspace.withTree(of: tree) { tree in
            let place = try TreePath.resolve(facts.kernelFile, below: tree.path, followLast: true)
            try await workspace.runner.run(ToolCall("cp", ["--reflink=auto", "--", place, target]))
        }
    }
}
