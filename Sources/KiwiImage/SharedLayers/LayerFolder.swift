import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// A layer of a stack as it lies in the cache, to be packed as a layer of a container: what overlayfs marks as
/// gone gets the names that containers have for that.
struct LayerFolder {
    /// Everything but marks, the folder itself first.
    private(set) var members: [RawPath] = [RawPath(".")]
    private(set) var whiteouts: [TarHeader] = []

    /// - Throws: ``OCILayout/Problem`` for what such a layer cannot hold; `FileError`.
    init(_ folder: String) throws { try add(RawPath([]), folder) }

    private mutating func add(_ folder: RawPath, _ root: String) throws {
        for name in try folder.names(below: root) {
            let path = folder.appending(name)
            if name.starts(with: ".wh.".utf8) {
                throw OCILayout.Problem("/\(path.text) has a name that layers of containers use for marks")
            }
            var facts = stat()
            let place = path.place(below: root)
            guard lstat(place, &facts) == 0 else { throw FileError.current("look at", path.text) }
            switch facts.st_mode & S_IFMT {
            case S_IFSOCK: throw OCILayout.Problem("/\(path.text) is a socket")
            case S_IFCHR where facts.st_rdev == 0:
                whiteouts.append(Self.mark(folder.appending(Array(".wh.".utf8) + name)))
                continue
            case S_IFDIR:
                members.append(path)
                if ExtendedAttributes.value(Stacking.opaqueAttribute, of: place) == Array("y".utf8) {
                    whiteouts.append(Self.mark(path.appending(Array(".wh..wh..opq".utf8))))
                }
                try add(path, root)
            default: members.append(path)
            }
        }
    }

    private static func mark(_ path: RawPath) -> TarHeader {
        TarHeader(path: path, kind: .file, mode: 0, time: 0)
    }
}
