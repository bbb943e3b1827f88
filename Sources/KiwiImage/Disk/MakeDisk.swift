import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Puts partition table, boot code and file systems together: the raw disk.
struct MakeDisk: BuildStep {
    let id = "disk"
    @Unkeyed var because: Position?
    /// Keys of the partitions that have content.
    var parts: [String]
    var hasBIOSCode: Bool
    /// The partition with the kernel.
    var bootPartition: Int
    /// The root partition holds more than a file system.
    var hasRootDevice: Bool
    var scripts: DiskScripts
    /// Partitions with the content of the read-only root.
    var copies: [String] = []
    /// The partition that has ``Artifact/verificationMetadata`` at its end.
    var sealedPart: String?

    init(
        parts: [String], hasBIOSCode: Bool, bootPartition: Int, hasRootDevice: Bool,
        scripts: DiskScripts, because: Position?
    ) {
        self.hasRootDevice = hasRootDevice
        self.bootPartition = bootPartition
        self.scripts = scripts
        self.parts = parts
        self.hasBIOSCode = hasBIOSCode
        _because = Unkeyed(wrappedValue: because)
    }

    var summary: String { "write partition table, boot code and partitions to the disk" }
    var reads: [Artifact] {
        [.diskTree, .diskLayout] + (hasBIOSCode ? [.diskLoader] : []) + parts.map(artifact)
            + (sealedPart == nil ? [] : [.verificationMetadata])
    }
    private func artifact(_ key: String) -> Artifact {
        if copies.contains(key) { return .diskPart(DiskSystem.readonlyKey) }
        return key == "root" && hasRootDevice ? .rootDevice : .diskPart(key)
    }
    var writes: [Artifact] { [.disk] }

    func run(in workspace: Workspace) async throws {
        let layout: DiskLayout = try await workspace.value(.diskLayout)
        let output = try await workspace.newFile(.disk)
        try FileSystem.makeSparse(output, bytes: layout.bytes + layout.unpartitionedBytes)
        for write in PartitionTable(layout).writes { try write.write(to: output) }
        if hasBIOSCode { try writeBootCode(layout, try await workspace.file(.diskLoader), to: output) }
        for partition in layout.partitions {
            let key = partition.plan.key
            guard parts.contains(key) || copies.contains(key) else { continue }
            try SparseCopy.copy(
                try await workspace.file(artifact(key)), into: output, at: partition.start,
                limit: partition.bytes)
        }
        if let sealedPart, let partition = layout[sealedPart] {
            let block = try FileSystem.readBytes(try await workspace.file(.verificationMetadata))
            try VerificationMetadata.write(block, deviceBytes: partition.bytes)
                .write(to: output, deviceAt: partition.start)
        }
        guard scripts.editBootInstall != nil else { return }
        try await workspace.withTree(of: .diskTree) { tree in
            // KIWI gives the device of the boot partition too: there is none, the name has its form.
            try await scripts.editInstall(tree, arguments: [output, "\(output)p\(bootPartition)"])
        }
    }

    private func writeBootCode(_ layout: DiskLayout, _ loader: String, to disk: String) throws {
        guard FileSystem.isFile("\(loader)/core.img") else { return }
        let sector: Int64 = 512
        let place = layout.table == .gpt ? layout["efi_csm"]?.start : sector
        let first = layout.partitions.map(\.start).min() ?? ByteCount.mebi
        guard let place else { return }
        let code = try BIOSBootCode(
            boot: try FileSystem.readBytes("\(loader)/boot.img"),
            core: try FileSystem.readBytes("\(loader)/core.img"), at: UInt64(place / sector),
            room: layout.table == .gpt ? layout["efi_csm"]?.bytes ?? 0 : first - sector)
        try DeviceWrite(offset: 0, bytes: code.sector).write(to: disk)
        try DeviceWrite(offset: place, bytes: code.core).write(to: disk)
    }
}
