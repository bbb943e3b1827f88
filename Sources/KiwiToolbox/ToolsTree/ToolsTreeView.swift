import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// What a program of a tools tree sees as `/`: the tree's own programs and settings, and everything else of
/// the build machine at its usual place, so that arguments mean the same inside and outside.
///
/// Each call gets mounts of its own: what is mounted in the trees of the build at that moment is seen too.
struct ToolsTreeView: Sendable {
    /// The unpacked tools tree.
    let tree: String
    /// A folder of this build on a tmpfs.
    let place: String
    let mounts: MountTable

    /// Files with certificates of authorities, by distribution.
    private static let authorities = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ]
    /// Folders of the build machine with keys that repositories are verified with.
    private static let keyrings = ["/usr/share/keyrings", "/etc/apt/keyrings", "/etc/apt/trusted.gpg.d"]

    private var settings: String { "\(place)/etc" }

    /// Copies the tree's settings and puts the build machine's network into them.
    func prepare(with runner: any CommandRunner) async throws {
        try FileSystem.makeFolder(place)
        let source = try TreePath.resolve("/etc", below: tree, followLast: true)
        if FileSystem.isRealFolder(source) {
            // What only the tree's root may read is not needed.
            try await runner.run(
                ToolCall(
                    "cp", ["-dR", "--preserve=mode,timestamps,links", "-T", "--", source, settings],
                    successCodes: [0, 1]))
        }
        try FileSystem.makeFolder(settings)
        for name in ["resolv.conf", "hosts"] {
            if let text = try? FileSystem.readText("/etc/\(name)") { try write(text, to: "/etc/\(name)") }
        }
        if let text = Self.authorities.lazy.compactMap({ try? FileSystem.readText($0) }).first {
            for path in Self.authorities { try write(text, to: path) }
        }
    }

    private func write(_ text: String, to path: String) throws {
        let inside = String(path.dropFirst("/etc".count))
        let parent = try TreePath.resolve(FileSystem.parent(of: inside), below: settings, followLast: true)
        try FileSystem.makeFolder(parent)
        let file = "\(parent)/\(FileSystem.name(of: inside))"
        unlink(file)
        try FileSystem.write(text, to: file)
    }

    /// Runs `body` with the path of the mounted view.
    func enter<Result: Sendable>(_ body: (String) async throws -> Result) async throws -> Result {
        let root = "\(place)/\(UInt64.random(in: 0...UInt64.max))"
        try FileSystem.makeFolder(root)
        var done: [String] = []
        defer {
            for target in done.reversed() { try? mounts.unmount(target) }
            rmdir(root)
        }
        func mount(_ source: String, at target: String, type: String? = nil, flags: Int, options: String = "")
            throws
        {
            try mounts.mount(source, at: target, type: type, flags: UInt(flags), options: options)
            done.append(target)
        }
        try mount(
            "kiwi-tools", at: root, type: "tmpfs", flags: Int(MS_NOSUID) | Int(MS_NODEV),
            options: "mode=755,size=1m")
        // Never part of what is shown below it.
        _ = Glibc.mount("none", root, nil, UInt(MS_UNBINDABLE), nil)
        for name in try FileSystem.names(in: tree) where ToolsTree.brings(name) {
            let (source, target) = ("\(tree)/\(name)", "\(root)/\(name)")
            if let link = TreePath.readLink(source) {
                symlink(link, target)
            } else if name != "etc", FileSystem.isRealFolder(source) {
                try FileSystem.makeFolder(target)
                try mount(source, at: target, flags: Int(MS_BIND))
                // Best effort: flags that are locked in this namespace cannot be changed.
                _ = Glibc.mount("none", target, nil, UInt(MS_REMOUNT | MS_BIND | MS_RDONLY), nil)
            }
        }
        try FileSystem.makeFolder("\(root)/etc")
        try mount(settings, at: "\(root)/etc", flags: Int(MS_BIND))
        for name in try FileSystem.names(in: "/") where !ToolsTree.brings(name) {
            let (source, target) = ("/\(name)", "\(root)/\(name)")
            if let link = TreePath.readLink(source) {
                symlink(link, target)
            } else if FileSystem.isRealFolder(source) {
                try FileSystem.makeFolder(target)
                try mount(source, at: target, flags: Int(MS_BIND) | Int(MS_REC))
                // Unmounting it must not reach the machine's own mounts.
                _ = Glibc.mount("none", target, nil, UInt(MS_REC) | UInt(MS_PRIVATE), nil)
            }
        }
        for folder in Self.keyrings where FileSystem.isRealFolder(folder) {
            let target = try TreePath.resolve(folder, below: root, followLast: true)
            if FileSystem.isRealFolder(target) { try mount(folder, at: target, flags: Int(MS_BIND)) }
        }
        return try await body(root)
    }
}
