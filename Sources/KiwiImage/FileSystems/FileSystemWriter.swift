import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiStorage
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Makes a file system in a file from a root tree, without mounting it, and checks it.
struct FileSystemWriter: Sendable {
    var options: FileSystemOptions
    /// What messages call it.
    var name = "root file system"
    /// Folder of the tree.
    var tree: String
    /// Folder of the whole root tree, with the kernel, where that is more than ``tree``.
    var system: String?
    /// btrfs: what it is divided into.
    var subvolumes: SubvolumePlan?
    /// Paths that are left out, relative to it.
    var excluded: [String]
    /// Device nodes that the sandbox could not make.
    var nodes: [DeviceNode]
    var uuid: String
    var clock: Int64
    var facts: TreeFacts
    var workspace: Workspace

    var kind: FileSystemKind { options.kind }
    var runner: any CommandRunner { workspace.runner }

    /// - Parameter image: a file that does not exist yet.
    func write(to image: String) async throws {
        switch kind {
        case .squashfs: try await writeSquashfs(image)
        case .erofs: try await writeErofs(image)
        case .ext2, .ext3, .ext4: try await writeExt(image, size: try size(image))
        case .xfs: try await writeXfs(image, size: try size(image))
        case .btrfs: try await writeBtrfs(image, size: try size(image))
        }
    }

    /// What was measured and chosen; the file is made with that size and no content.
    struct Size: Sendable {
        var bytes: Int64
        var content: TreeMeasure
    }

    private func size(_ image: String) throws -> Size {
        let measure = try TreeMeasure(of: tree, without: Set(excluded))
        let (bytes, note) = try options.size(for: measure)
        if let note { workspace.log.info(note) }
        workspace.log.info(
            "\(name): \(ByteCount.text(bytes)) for \(ByteCount.text(measure.apparentBytes)) of files"
        )
        try FileSystem.makeSparse(image, bytes: bytes)
        return Size(bytes: bytes, content: measure)
    }

    // MARK: read-only

    private func writeSquashfs(_ image: String) async throws {
        var call = SquashfsCall(
            tree, to: image, compression: .xz, clock: clock, processors: Processors.count)
        options.squash.apply(to: &call, facts: facts)
        call.excluded = excluded
        call.pseudo = nodes.map(\.pseudoLine)
        call.options = options.creation
        try await runner.run(call.call)
    }

    private func writeErofs(_ image: String) async throws {
        try refuseNodes("write filesystem=\"squashfs\", or do not make device nodes (udev does)")
        var call = ErofsCall(tree, to: image, uuid: uuid, clock: clock)
        call.compression = options.erofsCompression
        call.label = options.label
        call.excluded = excluded
        call.options = options.creation
        do {
            try await runner.run(call.call)
        } catch let failure as ToolFailure {
            let names = try TreeMeasure(of: tree, without: Set(excluded)).longNames
            guard !names.isEmpty else { throw failure }
            throw Diagnostic(
                "erofs-names", at: options.position,
                "mkfs.erofs of this machine cannot write names of 255 bytes, and \(names.count) of the root tree are so long",
                remedy: "shorten them, install erofs-utils 1.6 or newer, or choose squashfs",
                notes: names.prefix(3).map(\.description) + failure.lastLines.suffix(2))
        }
    }

    // MARK: ext

    private func writeExt(_ image: String, size: Size) async throws {
        let copy = try await sortedCopy(size)
        defer { try? FileSystem.removeTree(copy) }
        var call = ExtCall(kind, from: copy, to: image, bytes: size.bytes, uuid: uuid, clock: clock)
        call.journal = options.isWritable && kind != .ext2
        call.label = options.label
        call.options = options.creation
        try await tooSmall(size) { try await runner.run(call.make) }
        try? FileSystem.removeTree(copy)
        let nodeLines = try nodes.flatMap { node -> [String] in
            guard let lines = node.debugfsLines else {
                throw Diagnostic(
                    "device-nodes", at: options.position,
                    "the name of device node '\(node.path)' has white space", remedy: "rename it")
            }
            return lines
        }
        let script = "\(workspace.folders.scratch)/\(workspace.stepID).debugfs"
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
    private func sortedCopy(_ size: Size) async throws -> String {
        let folders = workspace.folders
        let room = FileSystem.freeBytes(at: folders.scratch) ?? 0
        guard room > size.content.blockBytes + size.content.blockBytes / 2 else {
            return try unorderedCopy(because: "too little memory to order the root tree")
        }
        do {
            return try copy(to: folders.scratch)
        } catch let error as FileError where error.code == EOPNOTSUPP {
            // Linux before 6.6 has no attributes `user.*` on a tmpfs.
            return try unorderedCopy(because: "\(error.description) in memory")
        }
    }

    private func unorderedCopy(because reason: String) throws -> String {
        workspace.log.warning("\(reason): the \(kind.rawValue) image may differ from one made elsewhere")
        return try copy(to: workspace.folders.bulk)
    }

    private func copy(to folder: String) throws -> String {
        let path = "\(folder)/\(workspace.stepID)-copy"
        try FileSystem.makeFolder(path)
        do {
            try SortedCopy(of: tree, to: path, clock: clock, excluded: Set(excluded)).run()
            return path
        } catch {
            try? FileSystem.removeTree(path)
            throw error
        }
    }

    // MARK: xfs and btrfs

    /// mkfs.xfs takes its content from a list that has no room for times, extended attributes, hard links
    /// and awkward names: a helper machine writes those, where the tree has a kernel for it.
    private func writeXfs(_ image: String, size: Size) async throws {
        let prototype = try XfsPrototype(of: tree, without: Set(excluded))
        let lost = prototype.unnameable + prototype.incomplete + nodes.map(\.path)
        let file = "\(workspace.folders.scratch)/\(workspace.stepID).prototype"
        defer { unlink(file) }
        let hasTimes = options.isWritable && size.content.entries > 0
        let usesGuest = !lost.isEmpty || (hasTimes && guestKernel != nil)
        try FileSystem.write(usesGuest ? XfsPrototype.empty : prototype.text, to: file)
        var call = XfsCall(to: image, prototype: file, bytes: size.bytes, uuid: uuid, clock: clock)
        call.options = options.creation
        call.label = options.label
        try await tooSmall(size) { try await runner.run(call.make) }
        if usesGuest {
            let reason =
                lost.first.map {
                    "mkfs.xfs cannot write everything about \(lost.count) files such as '\($0)'"
                } ?? "mkfs.xfs cannot write the times of files"
            try await tooSmall(size) { try await fill(image, size: size, because: reason) }
        } else {
            if hasTimes {
                workspace.log.warning(
                    "all files of the xfs get the build's time: mkfs.xfs cannot write their own, and the root tree has no kernel for a helper machine"
                )
            }
            if !prototype.editScript.isEmpty { try await runner.run(call.edit(prototype.editScript)) }
        }
        try await runner.run(call.check)
    }

    private func writeBtrfs(_ image: String, size: Size) async throws {
        var call = BtrfsCall(from: nil, to: image, bytes: size.bytes, uuid: uuid)
        call.label = options.label
        call.options = options.creation
        if !nodes.isEmpty || subvolumes != nil {
            try checkQuotas()
            try await runner.run(call.call)
            let what = subvolumes == nil ? "device nodes" : "subvolumes"
            try await tooSmall(size) {
                try await fill(image, size: size, because: "mkfs.btrfs cannot write \(what)")
            }
            try await runner.run(call.check)
            return
        }
        // mkfs.btrfs takes a whole folder: what is left out must not be there.
        let copy = try await sortedCopy(size)
        defer { try? FileSystem.removeTree(copy) }
        call.source = copy
        let make = call.call
        try await tooSmall(size) { try await runner.run(make) }
        try await runner.run(call.check)
    }

    /// - Throws: `size-too-small` at a volume whose content exceeds its quota.
    private func checkQuotas() throws {
        for volume in subvolumes?.volumes ?? [] {
            let folder = tree + volume.mountPoint
            guard let quota = volume.quotaBytes, FileSystem.isFolder(folder) else { continue }
            let need = try TreeMeasure(of: folder).blockBytes
            guard need > quota else { continue }
            throw Diagnostic(
                "size-too-small", at: volume.position,
                "volume '\(volume.mountPoint)': needs \(ByteCount.text(need)), its quota is \(ByteCount.text(quota))",
                remedy: "raise quota to \(ByteCount.roundUp(need, to: ByteCount.mebi) >> 20) M or more")
        }
    }

    private func refuseNodes(_ remedy: String) throws {
        guard !nodes.isEmpty else { return }
        throw Diagnostic(
            "device-nodes", at: options.position,
            "\(kind.maker) cannot write the device nodes the tree asks for", remedy: remedy,
            notes: nodes.map(\.path))
    }

    /// Turns a full file system into a message with numbers.
    private func tooSmall(_ size: Size, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let failure as ToolFailure {
            try refuseFull(size, failure.lastLines)
            throw failure
        } catch let guest as Diagnostic where guest.code == "guest-failed" {
            try refuseFull(size, guest.notes)
            throw guest
        }
    }

    /// - Parameter lines: the last ones of what failed.
    private func refuseFull(_ size: Size, _ lines: [String]) throws(Failure) {
        let full = [
            "Could not allocate block", "No space left", "not enough free space", "no free space", "ENOSPC",
        ]
        guard lines.contains(where: { line in full.contains(where: line.contains) }) else { return }
        throw Failure(
            .descriptionWrong,
            Diagnostic(
                "size-too-small", at: options.sizePosition ?? options.position,
                "\(name): the files do not fit into \(ByteCount.text(size.bytes))",
                remedy: "raise <size>, or remove it: then the size follows the content",
                notes: lines.suffix(3)))
    }
}

extension FileSystemWriter {
    /// Everything that decides about the bytes beside the tree and the options.
    static func keyMaterial(of kind: FileSystemKind, in workspace: Workspace) async throws -> [String] {
        [await ToolVersion.of(kind.maker, in: workspace)]
    }

    /// What all steps that write file systems read.
    static func inputs(_ tree: Artifact) -> [Artifact] {
        [tree, .treeFacts, .imageIDs, .clock, .deviceNodes]
    }

    /// Reads the late values and makes the file system of a layer.
    static func write(
        _ tree: Artifact, to image: String, with options: FileSystemOptions, in workspace: Workspace
    ) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        let nodes: [DeviceNode] = try await workspace.value(.deviceNodes)
        try await workspace.withTree(of: tree) { tree in
            let exclusions = try Exclusions(of: TreeReader(tree.path))
            var excluded = try exclusions.paths(in: tree.path)
            var nodes = exclusions.kept(nodes)
            if let part = options.part {
                excluded = part.excluded(excluded, top: try FileSystem.names(in: tree.path))
                nodes.removeAll { !part.holds(String($0.path.drop { $0 == "/" })) }
            }
            try await FileSystemWriter(
                options: options, tree: tree.path, excluded: excluded, nodes: nodes,
                uuid: ids.rootUUID, clock: clock, facts: facts, workspace: workspace
            ).write(to: image)
        }
    }
}
