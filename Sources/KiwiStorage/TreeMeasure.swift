import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// What a tree holds, as the size rules count it.
public struct TreeMeasure: Sendable, Hashable {
    /// Bytes of files and symlinks, hard links once.
    public var apparentBytes: Int64 = 0
    /// The same in blocks of 4096 bytes, without holes; folders count one block each.
    public var blockBytes: Int64 = 0
    /// Files, folders, symlinks and special files, hard links once.
    public var entries: Int64 = 0
    /// Names of 255 bytes, which some tools cannot handle, relative to the tree.
    public private(set) var longNames: [RawPath] = []

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
        try add(RawPath(folder), RawPath(""), device: info.st_dev, without: excluded, seen: &seen)
    }

    private mutating func add(
        _ folder: RawPath, _ relative: RawPath, device: dev_t, without excluded: Set<String>,
        seen: inout Set<ino_t>
    ) throws {
        for name in try folder.names() {
            let inside = relative.appending(name)
            if let text = inside.utf8, excluded.contains(text) { continue }
            if name.bytes.count >= 255 { longNames.append(inside) }
            let path = folder.appending(name)
            let info = try path.status()
            let kind = info.st_mode & S_IFMT
            if kind == S_IFDIR {
                entries += 1
                blockBytes += 4096
                guard info.st_dev == device else { continue }
                try add(path, inside, device: device, without: excluded, seen: &seen)
                continue
            }
            if info.st_nlink > 1, !seen.insert(info.st_ino).inserted { continue }
            entries += 1
            guard kind == S_IFREG || kind == S_IFLNK else { continue }
            apparentBytes += Int64(info.st_size)
            let whole = ByteCount.roundUp(Int64(info.st_size), to: 4096)
            // The kernel counts blocks of 512 bytes whatever the file system; small ones it may keep inline.
            blockBytes += kind == S_IFREG && whole > 1 << 20 ? min(whole, Int64(info.st_blocks) * 512) : whole
        }
    }
}
