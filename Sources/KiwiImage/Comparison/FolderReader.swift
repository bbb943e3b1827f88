import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Reads a folder into an index, on one file system, with names of any bytes.
enum FolderReader {
    static func index(of folder: String) throws -> TreeIndex {
        var index = TreeIndex()
        let root = RawPath(folder)
        let info = try root.status()
        index.entries["/"] = entry(info, root)
        try walk(root, "", info.st_dev, &index)
        return index
    }

    private static func walk(_ folder: RawPath, _ prefix: String, _ device: dev_t, _ index: inout TreeIndex)
        throws
    {
        for name in try folder.names() {
            let path = folder.appending(name)
            let shown = "\(prefix)/\(TreeIndex.text(name.bytes))"
            let info = try path.status()
            guard var entry = entry(info, path) else { continue }
            switch entry.kind {
            case .file:
                entry.size = Int64(info.st_size)
                entry.content = try Digest(ofFile: path).hex
                if TreeIndex.keptPaths.contains(shown) {
                    index.kept[shown] = try FileSystem.readBytes(path.text)
                }
            case .link: entry.content = TreeIndex.text(path.linkTarget()?.bytes ?? [])
            case .characterDevice, .blockDevice:
                let number = UInt64(info.st_rdev)
                let major = (number >> 8) & 0xfff | (number >> 32) & 0xffff_f000
                let minor = number & 0xff | (number >> 12) & 0xffff_ff00
                entry.content = "\(major):\(minor)"
            default: break
            }
            index.entries[shown] = entry
            if entry.kind == .folder, info.st_dev == device { try walk(path, shown, device, &index) }
        }
    }

    private static func entry(_ info: stat, _ path: RawPath) -> ComparedEntry? {
        guard let kind = ComparedEntry.Kind(mode: info.st_mode) else { return nil }
        var entry = ComparedEntry(
            kind: kind, mode: info.st_mode, user: Int(info.st_uid), group: Int(info.st_gid))
        entry.time = Int64(info.st_mtim.tv_sec)
        for (name, value) in ExtendedAttributes.read(path.c) { entry.setAttribute(name, value) }
        return entry
    }
}
