import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// Settings of the virtual machine for VMware.
    static let machineSettings = Artifact.file("disk.vmx")
}

/// Writes the settings of the virtual machine beside a VMDK disk.
struct WriteVMX: BuildStep {
    let id = "vmx"
    @Unkeyed var because: Position?
    var machine: VirtualMachine
    /// Result name of the disk.
    var diskFile: String

    var summary: String { "write the settings of the virtual machine" }
    var reads: [Artifact] { [] }
    var writes: [Artifact] { [.machineSettings] }

    func run(in workspace: Workspace) async throws {
        try FileSystem.write(
            VMXText(machine: machine, diskFile: diskFile).text,
            to: try await workspace.newFile(.machineSettings))
    }
}
