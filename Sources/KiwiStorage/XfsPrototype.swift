import CKiwiLinux
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The content of a tree as a prototype file of mkfs.xfs, and what that form cannot hold.
///
/// The form splits at white space, knows three permission digits, no extended attributes
/// and no hard links (they become copies).
public struct XfsPrototype: Sendable {
    public private(set) var text = "/dev/null\n0 0\n"
    /// Commands for xfs_db that set what three digits cannot say.
    public private(set) var editScript = ""
    /// Paths with white space.
    public private(set) var unnameable: [String] = []
    /// Files with capabilities, which would be lost.
    public private(set) var withCapabilities: [String] = []

    private let excluded: Set<String>

    public init(of folder: String, without excluded: Set<String> = []) throws {
        self.excluded = excluded
        var info = stat()
        guard lstat(folder, &info) == 0 else { throw FileError.current("read", folder) }
        text += "\(Self.mode("d", info.st_mode)) 0 0\n"
        try add(folder, relative: "", device: info.st_dev)
        text += "$\n"
    }

    private mutating func add(_ folder: String, relative: String, device: dev_t) throws {
        for name in try FileSystem.names(in: folder) {
            let inside = relative.isEmpty ? name : "\(relative)/\(name)"
            if excluded.contains(inside) { continue }
            let path = "\(folder)/\(name)"
            var info = stat()
            guard lstat(path, &info) == 0 else { throw FileError.current("read", path) }
            if name.contains(where: \.isWhitespace) {
                unnameable.append(inside)
                continue
            }
            let owner = "\(info.st_uid) \(info.st_gid)"
            switch info.st_mode & S_IFMT {
            case S_IFREG:
                if kiwi_attribute_size(path, "security.capability") > 0 { withCapabilities.append(inside) }
                text += "\(name) \(Self.mode("-", info.st_mode)) \(owner) \(path)\n"
            case S_IFDIR:
                text += "\(name) \(Self.mode("d", info.st_mode)) \(owner)\n"
                if info.st_dev == device { try add(path, relative: inside, device: device) }
                text += "$\n"
            case S_IFLNK:
                let target = TreePath.readLink(path) ?? ""
                if target.contains(where: \.isWhitespace) {
                    unnameable.append(inside)
                    continue
                }
                text += "\(name) l--777 \(owner) \(target)\n"
            case S_IFIFO:
                text += "\(name) \(Self.mode("p", info.st_mode)) \(owner)\n"
            default: continue
            }
            if info.st_mode & S_ISVTX != 0, info.st_mode & S_IFMT != S_IFLNK {
                let mode = String(info.st_mode & 0o177777, radix: 8)
                editScript += "path /\(inside)\nwrite core.mode 0\(mode)\n"
            }
        }
    }

    private static func mode(_ type: Character, _ mode: mode_t) -> String {
        let digits = String(mode & 0o777, radix: 8)
        return "\(type)\(mode & S_ISUID != 0 ? "u" : "-")\(mode & S_ISGID != 0 ? "g" : "-")"
            + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
