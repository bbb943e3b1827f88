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
    var reads: [Artifact] { [.diskTree, .diskLoader, .imageIDs, .deviceNodes] }
    var writes: [Artifact] { [.diskLayout] }

    func run(in workspace: Workspace) async throws {
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let nodes: [DeviceNode] = try await workspace.value(.deviceNodes)
        let efi = MediaFolder("\(try await workspace.file(.diskLoader))/efi")
        let (needs, recommended) = try await workspace.withTree(of: .diskTree) { tree in
            var needs: [String: Int64] = [:]
            var recommended: [String: Int64] = [:]
            for fileSystem in system.fileSystems {
                guard let mount = fileSystem.mountPoint, mount.hasPrefix("/"), !fileSystem.isEmpty else {
                    continue
                }
                switch fileSystem.kind {
                case .swap: break
                case .fat:
                    let folder =
                        fileSystem.key == "efi" ? efi : MediaFolder(tree.path + mount)
                    needs[fileSystem.key] = try folder.fatBytes()
                case .linux(let kind):
                    let measure = try DiskFolder(
                        mount, mounts: system.mounts(below: mount), in: tree, nodes: nodes
                    ).measure()
                    needs[fileSystem.key] = FileSystemSize.minimum(for: measure, as: kind)
                    recommended[fileSystem.key] = FileSystemSize.needed(for: measure, as: kind)
                }
            }
            return (needs, recommended)
        }
        let layout = try system.plan.layout(
            needs: needs, recommended: recommended, ids: system.layoutIDs(ids))
        for line in layout.sizeTable { workspace.log.info(line) }
        try await workspace.set(.diskLayout, layout)
    }
}

extension MediaFolder {
    /// What a FAT file system with this content needs.
    func fatBytes() throws -> Int64 {
        let (folders, files) = try contents()
        return FATImage.bytes(
            files: files.map { FileSystem.size(of: "\(path)/\($0)") ?? 0 }, folders: folders.count)
    }
}
