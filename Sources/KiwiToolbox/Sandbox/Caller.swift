#if canImport(Glibc)
    import Glibc
#endif

/// The person who called the program, also as seen from inside the sandbox, where
/// everybody looks like root.
public struct Caller: Sendable {
    static let variable = "KIWI_WORKER_CALLER"

    public let userID: UInt32

    public init(userID: UInt32) { self.userID = userID }

    public static var current: Caller {
        if SandboxLauncher.current != nil, let text = getenv(variable),
            let uid = UInt32(String(cString: text))
        {
            return Caller(userID: uid)
        }
        return Caller(userID: geteuid())
    }

    /// Whether this machine is a worker of the Open Build Service, which leaves this mark.
    public static var isBuildServiceWorker: Bool { FileSystem.exists("/.buildenv") }

    public var isRoot: Bool { userID == 0 }

    /// The cache folder when none is given: `/var/cache/kiwi` for root, else below
    /// XDG_CACHE_HOME or `~/.cache`.
    public var defaultCacheFolder: String {
        if isRoot { return "/var/cache/kiwi" }
        return ownFolder("XDG_CACHE_HOME", ".cache")
    }

    /// Where a person's data of this program lies: below XDG_DATA_HOME or `~/.local/share`.
    public var dataFolder: String { ownFolder("XDG_DATA_HOME", ".local/share") }

    private func ownFolder(_ variable: String, _ usual: String) -> String {
        if let text = getenv(variable), text.pointee != 0 { return String(cString: text) + "/kiwi" }
        return "\(homeFolder)/\(usual)/kiwi"
    }

    public var homeFolder: String {
        if let entry = getpwuid(userID), SandboxLauncher.current == nil || isRoot {
            return String(cString: entry.pointee.pw_dir)
        }
        return getenv("HOME").map { String(cString: $0) } ?? "/"
    }
}
