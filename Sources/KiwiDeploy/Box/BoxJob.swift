import KiwiDiagnostics
import KiwiToolbox

/// What a box is to do: one call of this program, and which folders it sees.
///
/// The folders lie at the same paths in the box, so that a description's errors name files that exist outside.
/// Only the target folder is different: builds need owners and file kinds that a shared folder of an ordinary user
/// cannot hold. It is a folder of the box's own disk, whose results are handed out at the end.
public struct BoxJob: Sendable, Hashable {
    /// Words behind the program's name.
    public var arguments: [String]
    /// The current folder.
    public var directory: String
    /// `--target-dir`.
    public var target: String
    /// Files and folders that the build reads.
    public var readable: Set<String> = []
    /// Folders that it may write to.
    public var writable: Set<String> = []
    public var environment: [String: String] = [:]
    /// Open a shell in the box when the build has ended.
    public var isDebugging = false

    public init(arguments: [String], directory: String, target: String) {
        self.arguments = arguments
        self.directory = directory
        self.target = target
    }

    /// Folders the box itself is made of.
    static let ownFolders: Set = [
        "/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/proc", "/root", "/run", "/sbin",
        "/sys", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/sbin", "/usr/share", "/var",
        "/var/cache", "/var/lib", "/var/tmp",
    ]

    /// The folders to mount, outer ones first; of a file its folder.
    ///
    /// - Throws: a usage error for folders that would hide the box's own.
    public func shares(isFolder: (String) -> Bool = FileSystem.isFolder) throws(Failure)
        -> [MachineOptions.Share]
    {
        var folders: [String: Bool] = [:]
        for path in readable { folders[isFolder(path) ? path : FileSystem.parent(of: path)] = true }
        for path in writable { folders[path] = false }
        if let path = folders.keys.sorted().first(where: { Self.ownFolders.contains($0) }) {
            throw Failure(
                .usage,
                Diagnostic(
                    "box-folder", "\(path) cannot be shared with a box, which has such a folder itself",
                    remedy: "put the files into a folder of their own"))
        }
        func isCovered(_ path: String) -> Bool {
            folders.contains { other, isReadOnly in
                path.hasPrefix("\(other)/") && isReadOnly == folders[path]
            }
        }
        return folders.keys.filter { !isCovered($0) }.sorted().enumerated().map { index, path in
            MachineOptions.Share(tag: "kiwi\(index)", folder: path, isReadOnly: folders[path]!)
        }
    }

    /// The files that the box reads, by name: lists of words that end with a zero byte, and plain texts.
    /// The target folder is one of the list of folders, with a tag of its own.
    public func files(_ shares: [MachineOptions.Share]) -> [String: String] {
        let mounts =
            shares.map { [$0.tag, $0.folder, $0.isReadOnly ? "ro" : "rw"] } + [["target", target, ""]]
        func list(_ words: [String]) -> String { words.map { $0 + "\0" }.joined() }
        var files = [
            "arguments": list(arguments),
            "environment": list(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }),
            "shares": list(mounts.sorted { $0[1] < $1[1] }.flatMap { $0 }), "directory": directory,
        ]
        if isDebugging { files["debug"] = "" }
        return files
    }
}
