import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Paths as the person who called means them.
enum Paths {
    /// The home folder of the calling user, from the password database.
    static var home: String {
        if let home = ProcessInfo.processInfo.environment["HOME"], home.hasPrefix("/") { return home }
        guard let entry = getpwuid(getuid()), let folder = entry.pointee.pw_dir else { return "/" }
        return String(cString: folder)
    }

    /// An absolute path without `.`, `..` and double slashes; symlinks stay.
    static func absolute(_ path: String) -> String {
        let base = path.hasPrefix("/") ? "" : FileManager.default.currentDirectoryPath
        var parts: [Substring] = []
        for part in "\(base)/\(path)".split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// `--shared-cache-dir`, else the cache folder of this user.
    static func cache(_ option: String?, environment: [String: String] = ProcessInfo.processInfo.environment)
        -> String
    {
        if let option { return absolute(option) }
        if getuid() == 0 { return "/var/cache/kiwi" }
        if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return "\(folder)/kiwi" }
        return "\(home)/.cache/kiwi"
    }
}
