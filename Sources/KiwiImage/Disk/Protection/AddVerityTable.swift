import KiwiBoot
import KiwiDiagnostics
import KiwiRootTree
import KiwiStorage
import KiwiToolbox

/// Tells the initrd the hash of the root, which is known only when the root is packed.
struct AddVerityTable: BuildStep {
    let id = "verity-table"
    @Unkeyed var because: Position?
    var system: DiskSystem
    var packageManager: String

    init(system: DiskSystem, packageManager: String) {
        self.system = system
        self.packageManager = packageManager
        _because = Unkeyed(wrappedValue: system.verity?.position)
    }

    var summary: String { "write the root's hash into the initrd" }
    var reads: [Artifact] { [.diskTree, .verityTree, .treeFacts, .imageIDs, .clock] }
    var writes: [Artifact] { [.bootTree] }

    func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let hashes: VerityTree = try await workspace.value(.verityTree)
        let clock: Int64 = try await workspace.value(.clock)
        let names = KernelFiles(facts, packageManager: packageManager)
        let table = "\(workspace.folders.scratch)/\(workspace.stepID).veritytab"
        try FileSystem.write(system.veritytab(hashes, ids), to: table, mode: 0o644)
        defer { try? FileSystem.removeTree(table) }
        try await workspace.buildLayer(.bootTree, over: .diskTree) { tree in
            try TreeFiles(tree: tree, clock: clock).extendInitrd(
                "/boot/\(names.initrd)", with: ["/etc/veritytab": table], workspace)
        }
    }
}
