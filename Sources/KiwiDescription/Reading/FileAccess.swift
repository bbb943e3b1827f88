import FoundationEssentials
import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reading of files for this target: small regular files only.
enum FileAccess {
    enum Kind {
        case missing
        case file(size: Int)
        case folder
        case other
    }

    static func kind(of path: String) -> Kind {
        var status = stat()
        guard stat(path, &status) == 0 else { return .missing }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(size: Int(status.st_size))
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    static func exists(_ path: String) -> Bool {
        if case .missing = kind(of: path) { false } else { true }
    }

    /// The bytes of a regular file, which is refused before reading when it is too large.
    static func read(_ path: String, limit: Int) throws(Diagnostic) -> [UInt8] {
        let start = Position(file: path, line: 1, column: 1)
        switch kind(of: path) {
        case .missing: throw Diagnostic("file-missing", at: nil, "there is no file '\(path)'")
        case .folder: throw Diagnostic("not-a-file", at: nil, "'\(path)' is a folder, not a file")
        case .other: throw Diagnostic("not-a-file", at: nil, "'\(path)' is not a regular file")
        case .file(let size) where size > limit:
            throw Diagnostic(
                "file-too-large", at: start, "the file has \(size) bytes; a description may have \(limit)")
        case .file: break
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw unreadable(path)
        }
        return Array(data)
    }

    static func unreadable(_ path: String) -> Diagnostic {
        Diagnostic("file-unreadable", at: nil, "'\(path)' cannot be read", remedy: "check its permissions")
    }

    /// The absolute path without links, or the path made absolute when there is no such file.
    static func realPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return absolute(path) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    static func join(_ folder: String, _ name: String) -> String {
        if name.hasPrefix("/") { return name }
        return folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// Names in a folder, sorted by bytes.
    static func names(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
