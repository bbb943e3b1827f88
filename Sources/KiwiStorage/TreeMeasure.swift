import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// What a tree holds, as the size rules count it.
public struct TreeMeasure: Sendable, Codable, Hashable {
    /// Bytes of files and symlinks, hard links once.
    public var apparentBytes: Int64 = 0
    /// The same in blocks of 4096 bytes; folders count one block each.
    public var blockBytes: Int64 = 0
    /// Files, folders, symlinks and special files, hard links once.
    public var entries: Int64 = 0

    public init(apparentBytes: Int64 = 0, blockBytes: Int64 = 0, entries: Int64 = 0) {
        self.apparentBytes = apparentBytes
        self.blockBytes = blockBytes
        self.entries = entries
    }

    /// Measures a folder without what is left out (paths relative to it). Symlinks are
    /// not followed, mount points not crossed.
    public init(of folder: String, without excluded: Set<String> = []) throws {
        var info = stat()
        guard lstat(folder, &info) == 0 else { throw FileError.current("measure", folder) }
        var seen: Set<ino_t> = []
        try add(RawPath([]), below: folder, device: info.st_dev, without: excluded, seen: &seen)
    }

    private mutating func add(
        _ folder: RawPath, below root: String, device: dev_t, without excluded: Set<String>,
        seen: inout Set<ino_t>
    ) throws {
        for name in try folder.names(below: root) {
            let inside = folder.appending(name)
            if excluded.contains(inside.text) { continue }
            var info = stat()
            guard lstat(inside.place(below: root), &info) == 0 else {
                throw FileError.current("measure", "\(root)/\(inside.text)")
            }
            let kind = info.st_mode & S_IFMT
            if kind == S_IFDIR {
                entries += 1
                blockBytes += 4096
                guard info.st_dev == device else { continue }
                try add(inside, below: root, device: device, without: excluded, seen: &seen)
                continue
            }
            if info.st_nlink > 1, !seen.insert(info.st_ino).inserted { continue }
            entries += 1
            guard kind == S_IFREG || kind == S_IFLNK else { continue }
            apparentBytes += Int64(info.st_size)
            blockBytes += ByteCount.roundUp(Int64(info.st_size), to: 4096)
        }
    }
}
