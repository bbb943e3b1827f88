import CKiwiLinux
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Reads a folder into an index, on one file system, with names of any bytes.
enum FolderReader {
    static func index(of folder: String) throws -> TreeIndex {
        var index = TreeIndex()
        var root = stat()
        guard lstat(folder, &root) == 0 else { throw FileError.current("look at", folder) }
        index.entries["/"] = entry(root, Array(folder.utf8))
        try walk(Array(folder.utf8), "", root.st_dev, &index)
        return index
    }

    private static func walk(_ folder: [UInt8], _ prefix: String, _ device: dev_t, _ index: inout TreeIndex)
        throws
    {
        for name in try FileSystem.names(in: folder) {
            let path = folder + [UInt8(ascii: "/")] + name
            let shown = "\(prefix)/\(TreeIndex.text(name))"
            var info = stat()
            guard FileSystem.withPath(path, { lstat($0, &info) }) == 0 else {
                throw FileSystem.failure("look at", path)
            }
            guard var entry = entry(info, path) else { continue }
            switch entry.kind {
            case .file:
                let text = String(decoding: path, as: UTF8.self)
                entry.size = Int64(info.st_size)
                entry.content = try digest(path)
                if TreeIndex.keptPaths.contains(shown) { index.kept[shown] = try FileSystem.readBytes(text) }
            case .link:
                var target = [UInt8](repeating: 0, count: 4096)
                let count = FileSystem.withPath(path) { name in
                    target.withUnsafeMutableBytes {
                        readlink(name, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
                    }
                }
                guard count >= 0 else { throw FileSystem.failure("read the link", path) }
                entry.content = TreeIndex.text(target[..<count])
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

    private static func entry(_ info: stat, _ path: [UInt8]) -> TreeEntry? {
        guard let kind = TreeEntry.Kind(mode: info.st_mode) else { return nil }
        var entry = TreeEntry(kind: kind, mode: info.st_mode, user: Int(info.st_uid), group: Int(info.st_gid))
        entry.time = Int64(info.st_mtim.tv_sec)
        for (name, value) in attributes(path) { entry.setAttribute(name, value) }
        return entry
    }

    private static func attributes(_ path: [UInt8]) -> [(String, [UInt8])] {
        FileSystem.withPath(path) { path in
            let size = kiwi_list_attributes(path, nil, 0)
            guard size > 0 else { return [] }
            var list = [CChar](repeating: 0, count: size)
            let count = kiwi_list_attributes(path, &list, UInt(size))
            guard count > 0 else { return [] }
            return list[..<count].split(separator: 0).compactMap { bytes in
                let name = String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                let length = kiwi_get_attribute(path, name, nil, 0)
                guard length >= 0 else { return nil }
                var value = [UInt8](repeating: 0, count: length)
                let read = kiwi_get_attribute(path, name, &value, UInt(length))
                return read == length ? (name, value) : nil
            }
        }
    }

    private static func digest(_ path: [UInt8]) throws -> String {
        let descriptor = FileSystem.withPath(path) { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
        guard descriptor >= 0 else { throw FileSystem.failure("read", path) }
        defer { close(descriptor) }
        var digest = RunningDigest()
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw FileSystem.failure("read", path) }
            if count == 0 { return digest.hex }
            digest.update(buffer[..<count])
        }
    }
}
