import Foundation
import KiwiToolbox

/// Paths as the person who called means them.
enum Paths {
    /// The home folder of the calling user, also inside the sandbox.
    static var home: String { Caller.current.homeFolder }

    /// An absolute path without `.`, `..` and double slashes; symlinks stay.
    static func absolute(_ path: String) -> String {
        let base = path.hasPrefix("/") ? "" : FileManager.default.currentDirectoryPath
        var parts: [Substring] = []
        for part in "\(base)/\(path)".split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// `--shared-cache-dir`, else the cache folder of the calling user.
    static func cache(_ option: String?) -> String {
        option.map(absolute) ?? Caller.current.defaultCacheFolder
    }
}
