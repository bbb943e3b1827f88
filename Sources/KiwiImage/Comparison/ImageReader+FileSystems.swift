import KiwiDiagnostics
import KiwiToolbox

extension ImageReader {
    /// Unpacks a file system with its own tool and reads the folder.
    func readFileSystem(_ path: String, _ format: ImageFormat, depth: Int = 0) async throws -> ImageContents {
        let place = "\(folder)/\(format.rawValue)-\(depth)"
        var contents = ImageContents(path: path, kind: format.rawValue)
        switch format {
        case .squashfs:
            // 2: something could not be restored, which is so for device nodes in a user namespace.
            try await workspace.runner.run(
                ToolCall("unsquashfs", ["-n", "-d", place, path], successCodes: [0, 2]))
            var tree = try FolderReader.index(of: place)
            let listing = ToolCall("unsquashfs", ["-lln", path], output: .capture(limit: 256 << 20))
            for (name, entry) in SquashfsListing.devices(in: try await workspace.runner.run(listing).output) {
                tree.entries[name] = entry
            }
            contents.tree = tree
        case .erofs:
            try FileSystem.makeFolder(place)
            do {
                try await workspace.runner.run(
                    ToolCall("fsck.erofs", ["--extract=\(place)", "--overwrite", "--preserve", path]))
            } catch let failure as ToolFailure
                where failure.lastLines.contains(where: { $0.contains("special file") })
            {
                throw Diagnostic(
                    "image-devices", "it has device nodes, which only root can unpack from erofs",
                    remedy: "compare as root, or compare the .packages files", notes: failure.lastLines)
            }
            contents.tree = try FolderReader.index(of: place)
            contents.tree?.hasAttributes = false
        default:
            contents.chosenSize = FileSystem.size(of: path)
            contents.tree = try await readExt(path, into: place)
        }
        // A root file system image inside, as live media with a writable copy have it.
        let nested = "\(place)/LiveOS/rootfs.img"
        if depth == 0, FileSystem.isRegularFile(nested), let inner = try Self.format(of: nested),
            [.ext, .erofs, .squashfs].contains(inner)
        {
            var system = try await readFileSystem(nested, inner, depth: 1)
            system.kind = "\(contents.kind) with \(system.kind)"
            return system
        }
        return contents
    }

    /// debugfs restores content; owners, modes, devices and attributes are asked for by inode.
    private func readExt(_ path: String, into place: String) async throws -> TreeIndex {
        // debugfs trusts the names in a file system; e2fsck finds those that lead elsewhere.
        do {
            try await workspace.runner.run(ToolCall("e2fsck", ["-f", "-n", path]))
        } catch let failure as ToolFailure {
            throw Diagnostic(
                "image-damaged", "the file system is damaged", remedy: "run e2fsck on it",
                notes: failure.lastLines)
        }
        try FileSystem.makeFolder(place)
        try await workspace.runner.run(
            ToolCall("debugfs", ["-R", "rdump / .", path], workingDirectory: place))
        var tree = try FolderReader.index(of: place)
        var pending: [(inode: Int, path: String)] = [(2, "")]
        var found: [(inode: Int, path: String)] = [(2, "/")]
        while !pending.isEmpty {
            let text = try await ask(path, pending.map { "ls -p <\($0.inode)>" })
            let listings = ExtListing.folders(in: text)
            guard listings.count == pending.count else {
                throw Diagnostic("image-damaged", "a folder in it cannot be listed")
            }
            var next: [(inode: Int, path: String)] = []
            for (folder, names) in zip(pending, listings) {
                for item in names where item.name != ".." {
                    let name =
                        item.name == "."
                        ? (folder.path.isEmpty ? "/" : folder.path) : "\(folder.path)/\(item.name)"
                    guard let facts = item.entry else { continue }
                    var entry = tree.entries[name] ?? facts
                    guard tree.entries[name] != nil || ![.file, .folder, .link].contains(facts.kind) else {
                        continue
                    }
                    (entry.mode, entry.user, entry.group) = (facts.mode, facts.user, facts.group)
                    entry.attributes = [:]
                    // When debugfs wrote it, not when it was changed.
                    entry.time = nil
                    tree.entries[name] = entry
                    guard item.name != "." else { continue }
                    found.append((item.inode, name))
                    if facts.kind == .folder { next.append((item.inode, name)) }
                }
            }
            pending = next
        }
        let devices = found.filter {
            [.characterDevice, .blockDevice].contains(tree.entries[$0.path]?.kind)
        }
        let numbers = ExtListing.devices(in: try await ask(path, devices.map { "stat <\($0.inode)>" }))
        for (item, number) in zip(devices, numbers) { tree.entries[item.path]?.content = number }
        // mke2fs makes it in every file system.
        if !tree.entries.keys.contains(where: { $0.hasPrefix("/lost+found/") }) {
            tree.entries["/lost+found"] = nil
        }
        let attributes = ExtListing.attributes(in: try await ask(path, found.map { "ea_list <\($0.inode)>" }))
        for (item, values) in zip(found, attributes) {
            for (name, value) in values { tree.entries[item.path]?.setAttribute(name, value) }
        }
        return tree
    }

    private func ask(_ path: String, _ commands: [String]) async throws -> String {
        guard !commands.isEmpty else { return "" }
        let file = "\(folder)/questions"
        try FileSystem.write(commands.joined(separator: "\n") + "\n", to: file)
        return try await workspace.runner.run(
            ToolCall("debugfs", ["-f", file, path], output: .capture(limit: 256 << 20))
        ).output
    }
}
