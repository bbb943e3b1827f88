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
    /// A file system with nothing in it.
    public static let empty = "/dev/null\n0 0\nd--755 0 0\n$\n"

    public private(set) var text = "/dev/null\n0 0\n"
    /// Commands for xfs_db that set what three digits cannot say.
    public private(set) var editScript = ""
    /// Paths and link targets with white space or not in UTF-8.
    public private(set) var unnameable: [String] = []
    /// Files whose capabilities, access lists, other extended attributes or further names would be lost.
    public private(set) var incomplete: [String] = []

    private let excluded: Set<String>

    public init(of folder: String, without excluded: Set<String> = []) throws {
        self.excluded = excluded
        var info = stat()
        guard lstat(folder, &info) == 0 else { throw FileError.current("read", folder) }
        text += "\(Self.mode("d", info.st_mode)) 0 0\n"
        try add(RawPath(folder), RawPath(""), device: info.st_dev)
        text += "$\n"
    }

    private mutating func add(_ folder: RawPath, _ relative: RawPath, device: dev_t) throws {
        for rawName in try folder.names() {
            let rawInside = relative.appending(rawName)
            let inside = rawInside.description
            if rawInside.utf8 != nil, excluded.contains(inside) { continue }
            let rawPath = folder.appending(rawName)
            let info = try rawPath.status()
            guard let name = rawName.utf8, let path = rawPath.utf8, !name.contains(where: \.isWhitespace)
            else {
                unnameable.append(inside)
                continue
            }
            if kiwi_list_attributes(path, nil, 0) > 0, info.st_mode & S_IFMT != S_IFLNK {
                incomplete.append(inside)
            } else if info.st_mode & S_IFMT == S_IFREG, info.st_nlink > 1 {
                incomplete.append(inside)
            }
            let owner = "\(info.st_uid) \(info.st_gid)"
            switch info.st_mode & S_IFMT {
            case S_IFREG:
                text += "\(name) \(Self.mode("-", info.st_mode)) \(owner) \(path)\n"
            case S_IFDIR:
                text += "\(name) \(Self.mode("d", info.st_mode)) \(owner)\n"
                if info.st_dev == device { try add(rawPath, rawInside, device: device) }
                text += "$\n"
            case S_IFLNK:
                guard let target = rawPath.linkTarget()?.utf8, !target.contains(where: \.isWhitespace) else {
                    unnameable.append(inside)
                    continue
                }
                text += "\(name) l--777 \(owner) \(target)\n"
            case S_IFIFO:
                text += "\(name) \(Self.mode("p", info.st_mode)) \(owner)\n"
            default:
                // Sockets, and device nodes of a tree made by root.
                incomplete.append(inside)
                continue
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
