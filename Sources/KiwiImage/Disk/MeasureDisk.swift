import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiStorage
import KiwiToolbox

/// Measures what each file system of a disk has to hold, and lays the disk out.
struct MeasureDisk: BuildStep {
    let id = "disk-layout"
    @Unkeyed var because: Position?
    var system: DiskSystem

    init(system: DiskSystem, because: Position?) {
        self.system = system
        _because = Unkeyed(wrappedValue: because)
    }

    var summary: String { "measure the content and lay out the disk" }
    var details: [String] { system.plan.sizeTable(measuredBy: id) }
    var reads: [Artifact] {
        [.diskTree, .imageIDs, .deviceNodes, .clock]
            + (system.isOverlay ? [.diskPart(DiskSystem.readonlyKey)] : [])
    }
    var writes: [Artifact] { [.diskLayout, .volumeSizes] }

    func run(in workspace: Workspace) async throws {
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let nodes: [DeviceNode] = try await workspace.value(.deviceNodes)
        var (needs, recommended) = try await workspace.withTree(of: .diskTree) { tree in
            var needs: [String: Int64] = [:]
            var recommended: [String: Int64] = [:]
            for fileSystem in system.fileSystems {
                guard let mount = fileSystem.mountPoint, mount.hasPrefix("/"), !fileSystem.isEmpty else {
                    if case .linux(let kind) = fileSystem.kind {
                        needs[fileSystem.key] = FileSystemSize.smallest(kind)
                    }
                    continue
                }
                switch fileSystem.kind {
                case .swap: break
                case .fat:
                    let bytes = try MediaFolder(of: fileSystem, in: tree)?.fatBytes() ?? 0
                    needs[fileSystem.key] = bytes
                    // Room for the next kernel, which is put there before the old one is removed.
                    if fileSystem.key == "efi", system.hasKernelOnEFI {
                        recommended[fileSystem.key] = 2 * bytes
                    }
                case .linux(let kind):
                    let measure = try DiskFolder(
                        mount, mounts: system.mounts(below: mount), in: tree, nodes: nodes
                    ).measure()
                    needs[fileSystem.key] = FileSystemSize.minimum(for: measure, as: kind)
                    recommended[fileSystem.key] = FileSystemSize.needed(
                        for: measure, as: writtenKind(fileSystem) ?? kind)
                }
            }
            return (needs, recommended)
        }
        if system.isOverlay {
            let packed = try await workspace.file(.diskPart(DiskSystem.readonlyKey))
            addOverlay(packed: FileSystem.size(of: packed) ?? 0, &needs, &recommended)
        }
        var wanted: [VolumeGroup.Volume] = []
        if !system.stack.isEmpty {
            wanted = try addStack(&needs, &recommended)
        }
        let layout = try system.plan.layout(
            needs: needs, recommended: recommended, ids: system.layoutIDs(ids))
        for line in layout.sizeTable { workspace.log.info(line) }
        try await workspace.set(.diskLayout, layout)
        var sizes: [VolumeSize] = []
        if let name = system.stack.volumeGroup, let partition = layout["root"] {
            let clock: Int64 = try await workspace.value(.clock)
            let group = VolumeGroup(name, volumes: wanted, treeKey: ids.treeKey, imageType: ids.type)
            sizes = try group.layout(
                deviceBytes: system.stack.contentBytes(partition: partition.bytes), clock: clock
            ).volumes.map { VolumeSize(name: $0.name, bytes: $0.bytes) }
            for volume in sizes {
                workspace.log.info("volume \(volume.name): \(ByteCount.text(volume.bytes))")
            }
        }
        try await workspace.set(.volumeSizes, sizes)
    }

    /// Turns what file systems need into what the root partition needs.
    /// - Returns: the logical volumes, the one that takes the rest without a size.
    private func addStack(
        _ needs: inout [String: Int64], _ recommended: inout [String: Int64]
    ) throws(Failure) -> [VolumeGroup.Volume] {
        var least = needs["root"] ?? 0
        var good = recommended["root"] ?? 0
        var volumes: [VolumeGroup.Volume] = []
        if system.stack.volumeGroup != nil {
            var sizes: [(least: Int64, good: Int64)] = []
            for plan in system.volumes {
                let key = plan.path == "/" ? "root" : "volume.\(plan.name)"
                let need = needs[key] ?? 0
                let bytes = try plan.bytes(need: need, recommended: recommended[key] ?? 0)
                sizes.append((plan.isLast ? max(need, VolumeGroup.extentBytes) : bytes, bytes))
                volumes.append(.init(plan.name, bytes: plan.isLast ? nil : bytes))
            }
            least = VolumeGroup.deviceBytes(for: sizes.map(\.least))
            good = VolumeGroup.deviceBytes(for: sizes.map(\.good))
        }
        if let root = system["root"], case .linux(let kind) = root.kind, !kind.isReadOnlyImage {
            try system.stack.verity?.check(content: least)
        }
        needs["root"] = system.stack.partitionBytes(content: least)
        recommended["root"] = system.stack.partitionBytes(content: good)
        return volumes
    }
}

extension MediaFolder {
    /// What a FAT file system with this content needs.
    func fatBytes() throws -> Int64 {
        let (folders, files) = try contents(plain: true)
        return FATImage.bytes(
            files: files.map { FileSystem.size(of: "\(path)/\($0)") ?? 0 }, folders: folders.count)
    }
}
