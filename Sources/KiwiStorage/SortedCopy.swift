import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Copies a tree so that reading its folders gives sorted names (on a tmpfs), with owners,
/// attributes and times no later than the clock.
public struct SortedCopy: Sendable {
    public var source: String
    public var target: String
    public var clock: Int64
    public var excluded: [String]

    public init(of source: String, to target: String, clock: Int64, excluded: [String]) {
        self.source = source
        self.target = target
        self.clock = clock
        self.excluded = excluded
    }

    /// Makes the sockets that tar has left out, with the times of their folders kept.
    /// - Throws: `FileError`.
    public func copySockets(_ sockets: [RawPath]) throws {
        for socket in sockets {
            let place = RawPath(target).appending(socket)
            let info = try RawPath(source).appending(socket).status()
            let folder = RawPath(Array(place.bytes[..<(place.bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0)]))
            let times = try folder.status()
            guard mknod(place.c, info.st_mode, 0) == 0, lchown(place.c, info.st_uid, info.st_gid) == 0,
                chmod(place.c, info.st_mode & 0o7777) == 0
            else { throw FileError.current("make the socket", place.description) }
            setTime(of: place, info)
            setTime(of: folder, times)
        }
    }

    private func setTime(of path: RawPath, _ info: stat) {
        let time =
            info.st_mtim.tv_sec <= time_t(clock) ? info.st_mtim : timespec(tv_sec: time_t(clock), tv_nsec: 0)
        utimensat(AT_FDCWD, path.c, [time, time], AT_SYMLINK_NOFOLLOW)
    }

    public var call: ToolCall {
        let attributes = ["--xattrs", "--xattrs-include=*", "--acls", "--numeric-owner"]
        var pack = ["--create", "--sort=name", "--format=pax", "--one-file-system", "--sparse"] + attributes
        pack += ["--mtime=@\(clock)", "--clamp-mtime", "--anchored", "--no-wildcards"]
        pack += excluded.map { "--exclude=./\($0)" }
        pack += ["--directory", source, "--file", "-", "."]
        let unpack =
            ["--extract", "--preserve-permissions", "--same-owner"] + attributes
            + ["--directory", target, "--file", "-"]
        return ToolCall("tar", pack, output: .pipe(to: ToolCall("tar", unpack)))
    }
}
