import KiwiBoot
import KiwiToolbox

/// Writes what the installer's initrd must know: how the installed system starts, and which disk it is.
struct MakeInstallFiles: BuildStep {
    let id = "install-files"
    var system: DiskSystem

    var summary: String { "write what the installer must know of the disk" }
    var reads: [Artifact] { [.imageIDs, .clock] }
    var writes: [Artifact] { [.installFiles] }

    func run(in workspace: Workspace) async throws {
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let folder = MediaFolder(try await workspace.newFile(.installFiles))
        try FileSystem.makeFolder(folder.path)
        try folder.write(system.commandLine(ids) + "\n", to: "config.bootoptions")
        // As blkid shows it: KIWI writes no end of line.
        try folder.write(
            system.plan.table == .gpt ? ids.gptDisk : DiskSystem.signature(ids), to: "system_identifier")
        try folder.setTimes(try await workspace.value(.clock))
    }
}

/// Takes the finished initrd of the installed system, which the installer starts without a reboot.
struct CopySystemInitrd: BuildStep {
    let id = "system-initrd"
    var packageManager: String
    /// The layer with it.
    var tree: Artifact

    var summary: String { "copy the initrd of the installed system" }
    var reads: [Artifact] { [tree, .treeFacts] }
    var writes: [Artifact] { [.systemInitrd] }

    func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let target = try await workspace.newFile(.systemInitrd)
        let name = KernelFiles(facts, packageManager: packageManager).initrd
        try await workspace.withTree(of: tree) { tree in
            let place = try TreePath.resolve("/boot/\(name)", below: tree.path, followLast: true)
            try await workspace.runner.run(ToolCall("cp", ["--reflink=auto", "--", place, target]))
        }
    }
}
