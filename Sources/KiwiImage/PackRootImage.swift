import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiStorage
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Makes `LiveOS/rootfs.img`, a file system with the root tree, and packs it as squashfs.
public struct PackRootImage: BuildStep {
    public let id = "payload"
    @Unkeyed public var because: Position?
    public var tree: Artifact
    public var kind: FileSystemKind
    public var squash: SquashChoice
    /// `<size>` without its position.
    public var sizeBytes: Int64?
    public var sizeIsAdditive: Bool
    @Unkeyed public var sizePosition: Position?
    /// `fscreateoptions`.
    public var options: [String]

    public init(
        tree: Artifact, kind: FileSystemKind, squash: SquashChoice, size: ImageType.Size?, options: [String],
        because: Position? = nil
    ) {
        self.tree = tree
        self.kind = kind
        self.squash = squash
        self.options = options
        sizeBytes = size?.bytes
        sizeIsAdditive = size?.additive ?? false
        _sizePosition = Unkeyed(wrappedValue: size?.position)
        _because = Unkeyed(wrappedValue: because)
    }

    public var summary: String { "make the root file system (\(kind.rawValue)) and pack it" }
    public var reads: [Artifact] { [tree, .treeFacts, .imageIDs, .clock, .deviceNodes] }
    public var writes: [Artifact] { [.payload] }
    public var reusable: Bool { true }
    public var tools: [ToolRequirement] {
        var tools = [
            ToolRequirement("mksquashfs", package: "squashfs-tools", to: "pack the root file system"),
            ToolRequirement(kind.maker, package: kind.debianPackage, to: "make the root file system"),
        ]
        switch kind {
        case .ext2, .ext3, .ext4:
            tools += ["dumpe2fs", "debugfs", "e2fsck"].map {
                ToolRequirement(
                    $0, package: "e2fsprogs", to: "set times in the root file system and check it")
            }
            tools.append(ToolRequirement("tar", package: "tar", to: "copy the root tree in order"))
        case .xfs:
            tools += ["xfs_db", "xfs_repair"].map {
                ToolRequirement($0, package: "xfsprogs", to: "complete the root file system and check it")
            }
            tools.append(
                ToolRequirement("faketime", package: "faketime", to: "give the files of an xfs a fixed time"))
        default: break
        }
        return tools
    }

    public func keyMaterial(in workspace: Workspace) async throws -> [String] {
        [
            try await PackerVersion.of("mksquashfs", in: workspace),
            try await PackerVersion.of(kind.maker, in: workspace),
        ]
    }

    /// What one run works with.
    private struct Work {
        var tree: String
        var excluded: [String]
        var image: String
        var bytes: Int64
        var uuid: String
        var clock: Int64
        var nodes: [DeviceNode]
        var workspace: Workspace
    }

    public func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        let nodes: [DeviceNode] = try await workspace.value(.deviceNodes)
        let output = try await workspace.newFile(.payload)
        let folder = "\(workspace.folders.bulk)/rootfs"
        try FileSystem.makeFolder("\(folder)/LiveOS")
        defer { try? FileSystem.removeTree(folder) }
        let image = "\(folder)/LiveOS/rootfs.img"
        try await workspace.withTree(of: tree) { tree in
            let excluded = try Exclusions(of: TreeReader(tree.path)).paths(in: tree.path)
            let measure = try TreeMeasure(of: tree.path, without: Set(excluded))
            let bytes = try size(for: measure, log: workspace.log)
            try makeSparse(image, bytes: bytes)
            let work = Work(
                tree: tree.path, excluded: excluded, image: image, bytes: bytes, uuid: ids.rootUUID,
                clock: clock,
                nodes: nodes, workspace: workspace)
            switch kind {
            case .xfs: try await makeXfs(work)
            case .btrfs: try await makeBtrfs(work)
            default: try await makeExt(work)
            }
        }
        var call = SquashfsCall(
            folder, to: output, compression: .xz, clock: clock, processors: Processors.count)
        squash.apply(to: &call, facts: facts)
        call.ownedByRoot = true
        try await workspace.runner.run(call.call)
    }

    /// The image's size; an error when the tree can never fit.
    func size(for tree: TreeMeasure, log: BuildLog?) throws -> Int64 {
        let needed = FileSystemSize.needed(for: tree, as: kind)
        let asked = sizeBytes.map {
            ImageType.Size(position: sizePosition, bytes: $0, additive: sizeIsAdditive)
        }
        let chosen = FileSystemSize.chosen(needed: needed, asked: asked)
        let minimum = FileSystemSize.minimum(for: tree, as: kind)
        guard chosen >= minimum else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "size-too-small", at: sizePosition ?? because,
                    "root file system: needs \(ByteCount.text(minimum)), has \(ByteCount.text(chosen))",
                    remedy: "raise <size> to \(minimum / ByteCount.mebi) M or more, or remove it"))
        }
        log?.info(
            "root file system: \(ByteCount.text(chosen)) for \(ByteCount.text(tree.apparentBytes)) of files")
        return chosen
    }

    private func makeSparse(_ path: String, bytes: Int64) throws {
        try FileSystem.write("", to: path)
        guard truncate(path, off_t(bytes)) == 0 else { throw FileError.current("make", path) }
    }

    // MARK: ext

    private func makeExt(_ work: Work) async throws {
        let runner = work.workspace.runner
        let copy = try copyFolder(for: work)
        defer { try? FileSystem.removeTree(copy) }
        try await runner.run(
            SortedCopy(of: work.tree, to: copy, clock: work.clock, excluded: work.excluded).call)
        var call = ExtCall(
            kind, from: copy, to: work.image, bytes: work.bytes, uuid: work.uuid, clock: work.clock)
        call.options = options
        try await tooSmall(work) { try await runner.run(call.make) }
        try? FileSystem.removeTree(copy)
        let nodeLines = try work.nodes.flatMap { node -> [String] in
            guard let lines = node.debugfsLines else {
                throw Diagnostic(
                    "device-nodes", at: because, "the name of device node '\(node.path)' has white space",
                    remedy: "rename it")
            }
            return lines
        }
        let script = "\(work.workspace.folders.scratch)/rootfs.debugfs"
        defer { unlink(script) }
        if !nodeLines.isEmpty {
            try FileSystem.write(nodeLines.joined(separator: "\n") + "\n", to: script)
            try await runner.run(call.edit(script: script))
        }
        let inodes = ExtCall.usedInodes(dump: try await runner.run(call.list).output)
        try FileSystem.write(call.timesScript(inodes: inodes), to: script)
        try await runner.run(call.edit(script: script))
        try await runner.run(call.check)
    }

    /// On a tmpfs with room, whose folders keep the order of writing; else on disk.
    private func copyFolder(for work: Work) throws -> String {
        let folders = work.workspace.folders
        let room = FileSystem.freeBytes(at: folders.scratch) ?? 0
        let fits = room > work.bytes + work.bytes / 4
        if !fits {
            work.workspace.log.warning(
                "too little memory to order the root tree: the \(kind.rawValue) image may differ from one made elsewhere"
            )
        }
        let path = "\(fits ? folders.scratch : folders.bulk)/rootfs-copy"
        try FileSystem.makeFolder(path)
        return path
    }

    // MARK: xfs and btrfs

    private func makeXfs(_ work: Work) async throws {
        let runner = work.workspace.runner
        let prototype = try XfsPrototype(of: work.tree, without: Set(work.excluded))
        try refuse(prototype.unnameable, "white space in their names or link targets")
        try refuse(prototype.withCapabilities, "file capabilities, which would be lost")
        try refuse(work.nodes.map(\.path), "device nodes")
        let file = "\(work.workspace.folders.scratch)/rootfs.prototype"
        defer { unlink(file) }
        try FileSystem.write(prototype.text, to: file)
        var call = XfsCall(
            to: work.image, prototype: file, bytes: work.bytes, uuid: work.uuid, clock: work.clock)
        call.options = options
        try await tooSmall(work) { try await runner.run(call.make) }
        if !prototype.editScript.isEmpty { try await runner.run(call.edit(prototype.editScript)) }
        try await runner.run(call.check)
    }

    private func refuse(_ paths: [String], _ what: String) throws {
        guard !paths.isEmpty else { return }
        throw Diagnostic(
            "xfs-content", at: because,
            "\(paths.count) files of the root tree have \(what): mkfs.xfs cannot write them without mounting",
            remedy: "write filesystem=\"ext4\", or leave the attribute out", notes: Array(paths.prefix(5)))
    }

    private func makeBtrfs(_ work: Work) async throws {
        guard work.nodes.isEmpty else {
            throw Diagnostic(
                "device-nodes", at: because, "mkfs.btrfs cannot write the device nodes the tree asks for",
                remedy: "write filesystem=\"ext4\"", notes: work.nodes.map(\.path))
        }
        let runner = work.workspace.runner
        // mkfs.btrfs takes a whole folder: what is left out must not be there.
        let copy = try copyFolder(for: work)
        defer { try? FileSystem.removeTree(copy) }
        try await runner.run(
            SortedCopy(of: work.tree, to: copy, clock: work.clock, excluded: work.excluded).call)
        var call = BtrfsCall(from: copy, to: work.image, bytes: work.bytes, uuid: work.uuid)
        call.options = options
        try await tooSmall(work) { try await runner.run(call.call) }
    }

    /// Turns a full file system into a message with numbers.
    private func tooSmall(_ work: Work, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let failure as ToolFailure {
            let lines = failure.lastLines.joined(separator: "\n")
            let full = [
                "Could not allocate block", "No space left", "not enough free space", "no free space",
                "ENOSPC",
            ]
            guard full.contains(where: lines.contains) else { throw failure }
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "size-too-small", at: sizePosition ?? because,
                    "root file system: the files do not fit into \(ByteCount.text(work.bytes))",
                    remedy: "raise <size>, or remove it: then the size follows the content",
                    notes: failure.lastLines.suffix(3)))
        }
    }
}
