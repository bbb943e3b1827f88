import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiStorage
import KiwiToolbox

/// Makes one file system of a disk in a file as large as its partition.
struct MakeDiskPart: BuildStep {
    @Unkeyed var because: Position?
    var fileSystem: DiskFileSystem
    /// Folders that other file systems hold, relative to its mount point.
    var mounts: [String]
    /// `fscreateoptions` and the like, for Linux file systems.
    var options: FileSystemOptions?
    var stack: RootStack
    var subvolumes: SubvolumePlan?
    /// The layer with its content.
    var tree = Artifact.diskTree

    init(
        _ fileSystem: DiskFileSystem, mounts: [String], options: FileSystemOptions?, stack: RootStack,
        subvolumes: SubvolumePlan? = nil, because: Position?
    ) {
        self.subvolumes = fileSystem.mountPoint == "/" ? subvolumes : nil
        self.stack = stack
        self.fileSystem = fileSystem
        self.mounts = mounts
        self.options = options
        _because = Unkeyed(wrappedValue: because)
    }

    var id: String { "disk.\(fileSystem.key)" }
    var summary: String { "make the file system of \(place) (\(fileSystem.kind.name))" }
    private var place: String {
        fileSystem.volume.map { "volume '\($0)'" } ?? "partition '\(fileSystem.key)'"
    }
    var reads: [Artifact] {
        [tree, .diskLayout, .volumeSizes, .treeFacts, .imageIDs, .clock, .deviceNodes]
    }
    var writes: [Artifact] { [.diskPart(fileSystem.key)] }
    var reusable: Bool { true }
    var tools: [ToolRequirement] {
        switch fileSystem.kind {
        case .linux:
            (options?.tools ?? [])
                + (subvolumes == nil ? [] : GuestMachine.tools + SubvolumeScript.programs)
        case .fat: FATImage.tools
        case .swap: [ToolRequirement("mkswap", package: "util-linux", to: "make the swap space")]
        }
    }

    func keyMaterial(in workspace: Workspace) async throws -> [String] {
        guard case .linux(let kind) = fileSystem.kind else { return [] }
        return try await FileSystemWriter.keyMaterial(of: kind, in: workspace)
    }

    func run(in workspace: Workspace) async throws {
        let layout: DiskLayout = try await workspace.value(.diskLayout)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        let volumes: [VolumeSize] = try await workspace.value(.volumeSizes)
        let bytes = try size(layout, volumes)
        let output = try await workspace.newFile(.diskPart(fileSystem.key))
        switch fileSystem.kind {
        case .swap:
            try FileSystem.makeSparse(output, bytes: bytes)
            try await workspace.runner.run(
                ToolCall(
                    "mkswap",
                    ["--uuid", fileSystem.uuid(ids)] + (fileSystem.label.map { ["--label", $0] } ?? [])
                        + [output]))
        case .fat(let bits):
            try FileSystem.makeSparse(output, bytes: bytes)
            var image = FATImage(
                output, label: fileSystem.label ?? "NONAME", serial: fileSystem.fatSerial(ids), clock: clock)
            image.tableBits = bits
            image.sectorBytes = layout.sectorBytes
            image.fit(bytes: bytes)
            let made = image
            try await workspace.withTree(of: tree) { tree in
                try await made.write(MediaFolder(of: fileSystem, in: tree), in: workspace)
            }
        case .linux(let kind):
            guard var options else { return }
            options.kind = kind
            options.label = fileSystem.label
            options.sizeBytes = bytes
            options.sizeIsExact = true
            options.sizeIsAdditive = false
            options.sizeRule = nil
            try await writeLinux(output, options, ids, clock, workspace)
        }
    }

    /// Bytes of the partition, of the volume, or of what a stack leaves of the partition.
    private func size(_ layout: DiskLayout, _ volumes: [VolumeSize]) throws -> Int64 {
        if let volume = fileSystem.volume, let size = volumes.first(where: { $0.name == volume }) {
            return size.bytes
        }
        guard let partition = layout[fileSystem.key] else {
            throw Diagnostic(
                "internal-layout", "the disk has no place for '\(fileSystem.key)'",
                remedy: "report this as a bug of kiwi")
        }
        return fileSystem.key == "root" ? stack.contentBytes(partition: partition.bytes) : partition.bytes
    }

    private func writeLinux(
        _ output: String, _ options: FileSystemOptions, _ ids: ImageIDs, _ clock: Int64,
        _ workspace: Workspace
    ) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let nodes: [DeviceNode] = try await workspace.value(.deviceNodes)
        func write(
            _ path: String, _ excluded: [String], _ nodes: [DeviceNode], system: String? = nil
        ) async throws {
            var writer = FileSystemWriter(
                options: options, name: place, tree: path, excluded: excluded,
                nodes: nodes, uuid: fileSystem.uuid(ids), clock: clock, facts: facts, workspace: workspace)
            writer.system = system
            writer.subvolumes = subvolumes
            try await writer.write(to: output)
        }
        guard let mount = fileSystem.mountPoint, !fileSystem.isEmpty else {
            let empty = "\(workspace.folders.scratch)/empty-\(fileSystem.key)"
            try FileSystem.makeFolder(empty)
            defer { try? FileSystem.removeTree(empty) }
            return try await write(empty, [], [])
        }
        try await workspace.withTree(of: tree) { tree in
            let folder = try DiskFolder(mount, mounts: mounts, in: tree, nodes: nodes)
            try await write(folder.path, folder.excluded, folder.nodes, system: tree.path)
        }
    }
}
