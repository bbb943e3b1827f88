import KiwiBoot
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// How an initrd that is packed from a tree is compressed.
public enum InitrdCompression: String, Sendable, Codable {
    /// KIWI 9's boot images.
    case xz
    /// Those of KIWI 1 to 8.
    case gzip

    var tool: String { rawValue }

    var package: String { self == .xz ? "xz-utils" : "gzip" }

    /// What the kernel's own unpacker reads: with xz no check but CRC32 and a small dictionary. No name and time.
    var options: [String] {
        switch self {
        case .xz: ["--check=crc32", "--lzma2=dict=1MiB", "--threads=0"]
        case .gzip: ["--no-name", "-9"]
        }
    }
}

/// Packs the tree of a boot image into an initrd: cpio of the kind newc, compressed.
public struct PackInitrd: BuildStep {
    public let id = "initrd"
    @Unkeyed public var because: Position?
    /// Device nodes that the tree should have and cannot.
    public var deviceNodes: Artifact

    public var compression: InitrdCompression

    public init(
        deviceNodes: Artifact, compression: InitrdCompression = .xz, because: Position? = nil
    ) {
        self.deviceNodes = deviceNodes
        self.compression = compression
        _because = Unkeyed(wrappedValue: because)
    }

    /// What KIWI leaves out of an initrd beside what no image has.
    static let exclusions = Exclusions(
        Exclusions.standard + [
            "usr/lib/grub*", "usr/share/doc", "usr/share/man", "home/*", "media/*", "srv/*",
        ])

    public var summary: String { "pack the boot image into an initrd" }
    public var reads: [Artifact] { [.completeBootTree, deviceNodes, .clock] }
    public var writes: [Artifact] { [.initrd] }
    public var reusable: Bool { true }
    public var tools: [ToolRequirement] {
        [ToolRequirement(compression.tool, package: compression.package, to: "compress the initrd")]
    }

    public func keyMaterial(in workspace: Workspace) async throws -> [String] {
        [await ToolVersion.of(compression.tool, in: workspace)]
    }

    public func run(in workspace: Workspace) async throws {
        let clock: Int64 = try await workspace.value(.clock)
        let wanted: [DeviceNode] = try await workspace.value(deviceNodes)
        let output = try await workspace.newFile(.initrd)
        let archive = "\(workspace.folders.bulk)/initrd.cpio"
        defer { try? FileSystem.removeTree(archive) }
        try await workspace.withTree(of: .completeBootTree) { tree in
            let entries = try TreeEntries(of: tree.path, without: Self.exclusions).entries
            let nodes = Self.nodes(Self.exclusions.kept(wanted), tree: Set(entries.map(\.path)))
            _ = try NewcArchive.write(tree.path, entries, nodes: nodes, clock: clock, to: archive)
        }
        try await workspace.runner.run(
            ToolCall(
                compression.tool, ["--stdout"] + compression.options, input: .file(archive),
                output: .file(output)))
    }

    /// The nodes of the description, and the console: without it `/init` could not say anything.
    ///
    /// - Parameter tree: the paths that are there already.
    static func nodes(_ wanted: [DeviceNode], tree: Set<RawPath>) -> [DeviceNode] {
        let basic = [
            DeviceNode(path: "/dev/console", kind: .character, major: 5, minor: 1, mode: 0o600),
            DeviceNode(path: "/dev/null", kind: .character, major: 1, minor: 3, mode: 0o666),
        ]
        let known = tree.union(wanted.map(\.rawPath))
        return wanted + basic.filter { !known.contains($0.rawPath) && known.contains($0.rawPath.parent) }
    }
}
