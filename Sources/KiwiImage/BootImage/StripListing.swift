import KiwiBoot
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Reads a tree for ``StripDecision``.
struct StripListing {
    /// Sorted by path; folders are left out, and so are names that are no UTF-8: nobody can name them.
    var files: [StripFile] = []
    private let root: String

    /// - Parameter root: the tree's folder on the build machine.
    init(of root: String) throws {
        self.root = root
        for entry in try TreeEntries(of: root, without: Exclusions([])).entries {
            guard let path = entry.path.utf8 else { continue }
            var file = StripFile(path)
            if entry.isLink {
                guard let target = TreePath.readLink("\(root)/\(path)") else { continue }
                let start = target.hasPrefix("/") ? "" : "\(FileSystem.parent(of: "/\(path)"))/"
                file.target = inside(start + target)
            } else if entry.isFile {
                if entry.mode & 0o111 != 0 || file.name.contains(".so") { try read(&file) }
            } else {
                continue
            }
            files.append(file)
        }
    }

    private func inside(_ path: String) -> String? {
        guard let place = try? TreePath.resolve(path, below: root) else { return nil }
        return String(place.dropFirst(root.utf8.count + 1))
    }

    private func read(_ file: inout StripFile) throws {
        let place = "\(root)/\(file.path)"
        let start = try FileSystem.readStart(of: place, count: 256)
        if start.starts(with: ELFFile.magic) {
            // Larger than any library that an initrd should have.
            guard let elf = ELFFile(try FileSystem.readBytes(place, limit: 1 << 30)) else { return }
            file.libraries = elf.needed
            file.interpreter = elf.interpreter.flatMap(inside)
        } else if start.starts(with: Array("#!".utf8)) {
            file.isScript = true
            let line = start.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
            let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
            file.interpreter = words.first.flatMap(inside)
            guard words.first.map(FileSystem.name) == "env" else { return }
            file.command = words.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("=") }
        }
    }
}
