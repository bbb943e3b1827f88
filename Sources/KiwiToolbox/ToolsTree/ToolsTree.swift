import KiwiDiagnostics

/// A root tree whose programs are used in place of the build machine's (`--tools-tree`): for machines
/// that lack a package manager, or have another version than the image wants.
///
/// Programs of package managers come from it alone, so that versions are never mixed; other programs only
/// where the build machine has none.
public struct ToolsTree: Sendable, Hashable, Codable {
    /// Absolute path of a folder, or of an archive or a squashfs with a tree.
    public var path: String
    /// Programs that come from the tree alone.
    public var own: Set<String>
    /// Equal keys: equal programs. Empty until a build has looked into it.
    public internal(set) var key = ""

    /// - Parameter own: names of the programs of package managers.
    public init(_ path: String, own: Set<String> = []) {
        self.path = path
        self.own = own
    }

    /// Whether it can be looked into: an archive is unpacked by the build first.
    public var isFolder: Bool { FileSystem.isFolder(path) }

    /// The path of a program on the build machine, looked up in the tree; nil when it has none.
    public func find(_ tool: String) -> String? {
        ProcessRunner.searchPath.split(separator: ":").lazy
            .compactMap { try? TreePath.resolve("\($0)/\(tool)", below: path, followLast: true) }
            .first(where: FileSystem.isExecutable)
    }

    /// Whether a program is taken from here.
    func provides(_ tool: String) -> Bool {
        if tool.hasPrefix("/") { return false }
        return (own.contains(tool) || ToolCheck.find(tool) == nil) && find(tool) != nil
    }

    /// Whether the tree brings its own folder of this name, directly below `/`; all others are the build
    /// machine's.
    static func brings(_ name: String) -> Bool {
        ["usr", "etc", "bin", "sbin"].contains(name) || name.hasPrefix("lib")
    }

    /// Looks whether it can be used at all.
    /// - Parameter folders: absolute paths that its programs must see.
    /// - Throws: `Failure` when it is none, or when it would hide one of the folders.
    public func check(folders: [String]) throws(Failure) {
        guard FileSystem.exists(path) else {
            throw Failure(
                .usage,
                Diagnostic(
                    "no-tools-tree", "there is no tools tree \(path)",
                    remedy: "make one with 'kiwi system prepare', or leave --tools-tree out"))
        }
        if isFolder {
            try checkIsTree()
        } else {
            try ToolsTreeFile.check(path)
        }
        for folder in folders where Self.hides(folder) {
            throw Failure(
                .usage,
                Diagnostic(
                    "hidden-folder", "the programs of the tools tree cannot see \(folder)",
                    remedy: "choose a folder outside of /usr, /etc, /bin, /sbin and /lib"))
        }
    }

    /// - Throws: `Failure` when the folder holds no root tree.
    /// - Parameter name: what the user calls it.
    func checkIsTree(named name: String? = nil) throws(Failure) {
        guard !FileSystem.isFolder("\(path)/usr/bin") else { return }
        throw Failure(
            .usage,
            Diagnostic(
                "no-tools-tree", "\(name ?? path) holds no root tree: there is no usr/bin in it",
                remedy: "name a tree made by 'kiwi system prepare', or a tar archive or squashfs of one"))
    }

    private static func hides(_ folder: String) -> Bool {
        let real = FileSystem.realPath(folder) ?? folder
        return real.split(separator: "/").first.map { brings(String($0)) } ?? false
    }
}
