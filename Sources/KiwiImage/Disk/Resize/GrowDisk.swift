import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// A copy of the raw disk that is larger.
    static let grownDisk = Artifact.file("disk.grown")
}

/// Copies the raw disk and makes the copy larger: a GPT ends where the disk ends. Partitions stay.
struct GrowDisk: BuildStep {
    let id = "grow"
    @Unkeyed var because: Position?
    var source = Artifact.disk
    var output = Artifact.grownDisk
    /// A smaller number than the disk has leaves it as it is.
    var bytes: Int64

    static let requirement = ToolRequirement(
        "sfdisk", package: "fdisk", to: "move the end of the partition table")

    var summary: String { "make the disk \(SpaceCheck.binarySize(bytes)) large" }
    var reads: [Artifact] { [source] }
    var writes: [Artifact] { [output] }
    var tools: [ToolRequirement] { [Self.requirement] }

    func run(in workspace: Workspace) async throws {
        let disk = try await workspace.file(source)
        let target = try await workspace.newFile(output)
        try await workspace.runner.run(
            ToolCall("cp", ["--reflink=auto", "--sparse=always", "--", disk, target]))
        guard let size = FileSystem.size(of: target), size < bytes else { return }
        try FileSystem.extend(target, to: bytes)
        switch try PartitionTableKind(ofDisk: target) {
        case .gpt(sector: 512):
            try await workspace.runner.run(
                ToolCall("sfdisk", ["--relocate", "gpt-bak-std", target], logPrefix: "sfdisk: "))
        case .gpt(let sector):
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "disk-sector", "disks with blocks of \(sector) bytes cannot be made larger afterwards",
                    remedy: "write the size as <size> and build again"))
        case .other: break
        }
    }
}

/// What a disk is divided by.
enum PartitionTableKind: Equatable {
    /// With blocks of this many bytes.
    case gpt(sector: Int)
    case other

    init(ofDisk path: String) throws {
        let file = try BinaryFile(path)
        for sector in [512, 4096] where try file.read(8, at: Int64(sector)) == Array("EFI PART".utf8) {
            self = .gpt(sector: sector)
            return
        }
        self = .other
    }
}
