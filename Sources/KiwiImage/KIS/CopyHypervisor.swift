import KiwiBoot
import KiwiToolbox

extension Artifact {
    /// The Xen hypervisor of the root tree as a file of its own.
    static let hypervisor = Artifact.file("hypervisor")
}

/// Takes the Xen hypervisor out of the root tree.
struct CopyHypervisor: BuildStep {
    var tree: Artifact

    var id: String { "hypervisor" }
    var summary: String { "copy the Xen hypervisor" }
    var reads: [Artifact] { [tree, .treeFacts] }
    var writes: [Artifact] { [.hypervisor] }

    func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let target = try await workspace.newFile(.hypervisor)
        try await workspace.withTree(of: tree) { tree in
            let place = try TreePath.resolve(facts.hypervisor ?? "", below: tree.path, followLast: true)
            try await workspace.runner.run(ToolCall("cp", ["--reflink=auto", "--", place, target]))
        }
    }

    /// KIWI's key and name of it.
    static func result(_ stem: String) -> ResultFile {
        ResultFile("xen_hypervisor", .hypervisor, name: "\(stem)-xen.gz")
    }
}
