import KiwiBoot
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Writes files into a root tree: never outside of it, owned by root, with the build's time.
struct TreeFiles: Sendable {
    var tree: RootTree
    var clock: Int64

    /// The place of a path inside; links in folders on the way are followed inside the tree.
    private func place(_ inside: String) throws -> String {
        let path = try tree.resolve(inside)
        try makeFolder(FileSystem.parent(of: path))
        return path
    }

    private func makeFolder(_ path: String) throws {
        if FileSystem.isFolder(path) { return }
        try makeFolder(FileSystem.parent(of: path))
        try FileSystem.makeFolder(path)
        setTime(path)
    }

    private func setTime(_ path: String) {
        let time = timespec(tv_sec: time_t(clock), tv_nsec: 0)
        utimensat(AT_FDCWD, path, [time, time], AT_SYMLINK_NOFOLLOW)
    }

    func text(_ inside: String) -> String? { TreeReader(tree.path).text(inside) }

    func makeFolders(_ folders: [String]) throws {
        for folder in folders { try makeFolder(try tree.resolve(folder, followLast: true)) }
    }

    /// Replaces what is there, a link too.
    func write(_ text: String, to inside: String, mode: mode_t = 0o644) throws {
        let path = try place(inside)
        unlink(path)
        try FileSystem.write(text, to: path, mode: mode)
        setTime(path)
    }

    func remove(_ inside: String) throws { try FileSystem.removeTree(try tree.resolve(inside)) }

    func copy(_ source: String, to inside: String, mode: mode_t = 0o644) throws {
        let path = try place(inside)
        let bytes = try FileSystem.readBytes(source, limit: 1 << 30)
        unlink(path)
        try FileSystem.write(bytes, to: path, mode: mode)
        setTime(path)
    }

    /// Tells the running system's tools of the RAID, where the distribution keeps its list.
    func addArray(_ configuration: String) throws {
        let file = TreeReader(tree.path).isFolder("/etc/mdadm") ? "/etc/mdadm/mdadm.conf" : "/etc/mdadm.conf"
        try write((text(file) ?? "") + configuration, to: file)
    }

    /// Adds a second archive to an initrd: what must not stand in an output that is kept for other builds.
    func extendInitrd(_ inside: String, with files: [String: String], _ workspace: Workspace) throws {
        let folder = "\(workspace.folders.scratch)/\(workspace.stepID)-initrd"
        defer { try? FileSystem.removeTree(folder) }
        for (path, source) in files {
            let place = "\(folder)/add\(path)"
            try FileSystem.makeFolder(FileSystem.parent(of: place))
            try FileSystem.write(
                try FileSystem.readBytes(source), to: place, mode: FileSystem.mode(of: source) ?? 0o600)
        }
        let entries = try TreeEntries(of: "\(folder)/add", without: Exclusions([])).entries
        _ = try NewcArchive.write("\(folder)/add", entries, nodes: [], clock: clock, to: "\(folder)/cpio")
        let path = try tree.resolve(inside)
        let size = FileSystem.size(of: path) ?? 0
        // The kernel looks for a further archive at multiples of four bytes.
        try DeviceWrite(
            offset: ByteCount.roundUp(size, to: 4), bytes: try FileSystem.readBytes("\(folder)/cpio")
        ).write(to: path)
        setTime(path)
    }

    func copyFolder(_ source: String, to inside: String) throws {
        for file in try MediaFolder(source).contents().files {
            try copy("\(source)/\(file)", to: "\(inside)/\(file)")
        }
    }

    func isLink(_ inside: String) -> Bool {
        (try? tree.resolve(inside)).flatMap(TreePath.readLink) != nil
    }

    // MARK: KIWI's additions to fstab

    /// Adds the text of a file to another one and removes it.
    func append(_ addition: String, to inside: String) throws {
        guard let added = text(addition) else { return }
        try write((text(inside) ?? "") + added, to: inside)
        try remove(addition)
    }

    /// Applies a patch with the tree's own `patch` and removes it.
    func patch(_ inside: String, with patch: String) async throws {
        guard TreeReader(tree.path).isFile(patch) else { return }
        guard TreeReader(tree.path).hasTool("patch") else {
            throw Diagnostic(
                "no-patch", "\(patch) cannot be applied: the root tree has no program patch",
                remedy: "add <package name=\"patch\"/>, or use \(inside).append")
        }
        try await tree.run(ToolCall("patch", [inside, patch], logPrefix: "patch: "))
        try remove(patch)
        try remove("\(inside).orig")
        setTime(try tree.resolve(inside))
    }

    /// Runs a script inside the tree and removes it.
    func runAndRemove(_ script: String) async throws {
        guard TreeReader(tree.path).isFile(script) else { return }
        let path = try tree.resolve(script, followLast: true)
        let call =
            FileSystem.isExecutable(path)
            ? ToolCall(script, [], logPrefix: "\(FileSystem.name(of: script)): ")
            : ToolCall("bash", [script], logPrefix: "\(FileSystem.name(of: script)): ")
        try await tree.withKernelFileSystems(network: false) { _ = try await tree.run(call) }
        try remove(script)
    }

    /// Changes keys of a file whose folder the distribution has.
    func mergeSettings(_ settings: ShellSettings, into inside: String) throws {
        guard !settings.values.isEmpty, TreeReader(tree.path).isFolder(FileSystem.parent(of: inside)) else {
            return
        }
        try write(settings.merged(into: text(inside) ?? ""), to: inside)
    }
}
