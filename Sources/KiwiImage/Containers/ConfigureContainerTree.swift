import KiwiBoot
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

extension Artifact {
    /// The root tree as a container has it.
    static let containerTree = Artifact.layer("container")
}

/// Switches off in a tree what a container without a base image must not start.
struct ConfigureContainerTree: BuildStep {
    let id = "layer.container"
    @Unkeyed var because: Position?
    var tree: Artifact

    /// Units that look for devices or mount something.
    static let masked = [
        "device-mapper.service", "kbd.service", "swap.service", "udev.service",
        "proc-sys-fs-binfmt_misc.automount",
    ]

    var summary: String { "switch off what does not run in a container" }
    var reads: [Artifact] { [tree, .clock] }
    var writes: [Artifact] { [.containerTree] }
    var reusable: Bool { true }

    func run(in workspace: Workspace) async throws {
        let clock: Int64 = try await workspace.value(.clock)
        try await workspace.buildLayer(.containerTree, over: tree) { tree in
            try configure(TreeReader(tree.path), clock)
        }
    }

    func configure(_ tree: TreeReader, _ clock: Int64) throws {
        try edit("/etc/sysconfig/bootloader", in: tree, clock) { Self.withoutLoaders($0) }
        try edit("/etc/sysconfig/boot", in: tree, clock) {
            Self.setting("ROOTFS_BLKDEV", to: "\"/dev/null\"", in: $0)
        }
        try edit("/etc/securetty", in: tree, clock) { text in
            text.split(separator: "\n").contains("console")
                ? text : text + (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + "console\n"
        }
        for unit in Self.masked {
            let folders = ["/usr/lib/systemd/system", "/lib/systemd/system"]
            guard folders.contains(where: { tree.isFile("\($0)/\(unit)") }) else { continue }
            let link = try TreePath.resolve("/etc/systemd/system/\(unit)", below: tree.root)
            try FileSystem.makeFolder(FileSystem.parent(of: link))
            unlink(link)
            guard symlink("/dev/null", link) == 0 else { throw FileError.current("link", link) }
            setTime(link, clock)
            setTime(FileSystem.parent(of: link), clock)
        }
    }

    static func withoutLoaders(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let name = line.prefix { $0 != "=" }
            return name.hasPrefix("LOADER_") && name != line ? "\(name)=\"none\"" : String(line)
        }.joined(separator: "\n")
    }

    static func setting(_ name: String, to value: String, in text: String) -> String {
        var lines = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("\(name)=") }
        lines.append("\(name)=\(value)")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Changes a file that exists; its mode and owner stay.
    private func edit(
        _ inside: String, in tree: TreeReader, _ clock: Int64, _ change: (String) -> String
    ) throws {
        guard let text = tree.text(inside), let path = tree.place(inside) else { return }
        let changed = change(text)
        guard changed != text else { return }
        try FileSystem.write(changed, to: path, mode: FileSystem.mode(of: path) ?? 0o644)
        setTime(path, clock)
    }

    private func setTime(_ path: String, _ clock: Int64) {
        let time = timespec(tv_sec: time_t(clock), tv_nsec: 0)
        utimensat(AT_FDCWD, path, [time, time], AT_SYMLINK_NOFOLLOW)
    }
}
