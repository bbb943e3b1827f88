import Foundation
import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// A folder that several machines share, also over NFS.
///
///     DIR/entries/KEY              manifest of an entry
///     DIR/blobs/sha256/HEX         its parts, shared by entries
///     DIR/incoming/NAME            what is not complete
///
/// There are no locks: parts are named by their content and appear by a rename, the manifest last. Whoever dies
/// leaves a file in `incoming`, which the next one removes after a day. An entry whose parts are
/// gone counts as not there.
struct FolderPeer: CachePeer {
    let folder: String
    /// Entries are also put there: the folder is made when it is missing.
    var isTarget = false
    var location: CacheLocation { .folder(folder) }

    /// Seconds after which something that is not complete belongs to nobody.
    private static let patience: Int64 = 24 * 3600
    /// Manifests are small.
    private static let manifestLimit = 1 << 20

    private func manifest(_ key: String) -> String { "\(folder)/entries/\(key)" }

    func has(_ key: String, in workspace: Workspace) async throws -> Bool {
        FileSystem.isFile(manifest(key))
    }

    func get(_ key: String, into layout: String, in workspace: Workspace) async throws -> Bool {
        guard FileSystem.isFolder(folder) || isTarget else {
            throw PeerFailure(text: "there is no such folder", remedy: "make it, or mount it")
        }
        let path = manifest(key)
        guard FileSystem.isFile(path) else { return false }
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.readBytes(path, limit: Self.manifestLimit)
        } catch {
            throw PeerFailure(text: "\(error)", remedy: "make its files readable for everybody who shares it")
        }
        try FileSystem.makeFolder("\(layout)/blobs/sha256")
        let descriptor = try OCILayout.write(bytes, ImageDescriptor.manifestType, in: layout)
        let parts: ImageManifest = try OCILayout.decode(bytes, "the manifest")
        for part in [parts.config] + parts.layers {
            let source = try OCILayout.place(part.digest, in: folder)
            // Somebody tidies up there.
            guard let size = FileSystem.size(of: source) else { return false }
            guard size == part.size else {
                throw OCILayout.Problem("the part \(part.digest) has \(size) bytes instead of \(part.size)")
            }
            // A copy of our own: what is checked later cannot change any more.
            try await workspace.runner.run(
                ToolCall(
                    "cp", ["--reflink=auto", "--", source, try OCILayout.place(part.digest, in: layout)]))
        }
        try OCILayout.writeIndex(of: descriptor, named: PortableStep.name, in: layout)
        // What was used last goes last when somebody tidies up; a folder of others refuses that.
        utimes(path, nil)
        return true
    }

    func put(_ key: String, from layout: String, replacing: Bool, in workspace: Workspace) async throws {
        do {
            try prepare()
            let content = try OCILayout(layout)
            for part in [content.manifest.config] + content.manifest.layers {
                let target = try OCILayout.place(part.digest, in: folder)
                if !replacing, FileSystem.size(of: target) == part.size { continue }
                try await add(content.place(part.digest), as: target, in: workspace)
            }
            try await add(content.place(content.digest), as: manifest(key), in: workspace)
        } catch let error as FileError {
            throw PeerFailure(
                text: "\(error)", remedy: "let everybody who shares the folder write there: chmod g+rwxs")
        } catch let error as ToolFailure {
            throw PeerFailure(text: error.lastLines.last ?? "a copy failed", remedy: nil)
        }
    }

    private func add(_ source: String, as target: String, in workspace: Workspace) async throws {
        var name = utsname()
        uname(&name)
        let host = withUnsafeBytes(of: &name.nodename) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let temporary =
            "\(folder)/incoming/\(FileSystem.name(of: host)).\(getpid()).\(UInt64.random(in: 0 ... .max))"
        do {
            try await workspace.runner.run(ToolCall("cp", ["--reflink=auto", "--", source, temporary]))
            chmod(temporary, 0o644)
            let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileError.current("open", temporary) }
            defer { close(descriptor) }
            // Also a server that loses power has either nothing or all of it.
            guard fsync(descriptor) == 0 else { throw FileError.current("write", temporary) }
            try FileSystem.rename(temporary, to: target)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// The folders, with the mode of the shared one, so that all who may write there may write in them.
    private func prepare() throws {
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw PeerFailure(text: "\(FileError.current("make", folder))", remedy: "make it, or mount it")
        }
        let mode = FileSystem.mode(of: folder) ?? 0o755
        for path in ["blobs", "blobs/sha256", "entries", "incoming"].map({ "\(folder)/\($0)" })
        where !FileSystem.isFolder(path) {
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileError.current("make", path) }
            chmod(path, mode & 0o7777)
        }
        let now = Int64(time(nil))
        for name in try FileSystem.names(in: "\(folder)/incoming") {
            let path = "\(folder)/incoming/\(name)"
            if let changed = FileSystem.changeTime(of: path), now - changed > Self.patience { unlink(path) }
        }
    }
}
