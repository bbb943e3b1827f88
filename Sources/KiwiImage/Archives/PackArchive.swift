import KiwiBoot
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

extension Artifact {
    /// The root tree as an archive.
    public static let archive = Artifact.file("archive")
}

/// How an archive of the root tree is written.
public enum ArchiveFormat: String, Sendable, Codable {
    /// tar, compressed by xz.
    case tarXZ = "tar.xz"
    /// cpio of the kind newc.
    case cpio
}

/// Packs the root tree into an archive.
public struct PackArchive: BuildStep {
    public let id = "archive"
    @Unkeyed public var because: Position?
    public var tree: Artifact
    public var format: ArchiveFormat
    /// Options of xz; empty for cpio.
    public var compression: [String]

    public init(tree: Artifact, format: ArchiveFormat, compression: [String] = [], because: Position? = nil) {
        self.tree = tree
        self.format = format
        self.compression = compression
        _because = Unkeyed(wrappedValue: because)
    }

    public var summary: String { "pack the root tree as \(format.rawValue)" }
    public var reads: [Artifact] { [tree, .clock, .deviceNodes] }
    public var writes: [Artifact] { [.archive] }
    public var reusable: Bool { true }
    public var tools: [ToolRequirement] {
        switch format {
        case .tarXZ:
            [TarCall.requirement, ToolRequirement("xz", package: "xz-utils", to: "compress the archive")]
        case .cpio: []
        }
    }

    public func keyMaterial(in workspace: Workspace) async throws -> [String] {
        var versions: [String] = []
        for tool in tools { versions.append(await ToolVersion.of(tool.tool, in: workspace)) }
        return versions
    }

    public func run(in workspace: Workspace) async throws {
        let clock: Int64 = try await workspace.value(.clock)
        let output = try await workspace.newFile(.archive)
        let allNodes: [DeviceNode] = try await workspace.value(.deviceNodes)
        try await workspace.withTree(of: tree) { tree in
            let exclusions = try Exclusions(of: TreeReader(tree.path))
            let nodes = exclusions.kept(allNodes)
            switch format {
            case .cpio:
                let entries = try TreeEntries(of: tree.path, without: exclusions).entries
                _ = try NewcArchive.write(tree.path, entries, nodes: nodes, clock: clock, to: output)
            case .tarXZ:
                let xz = ToolCall("xz", ["--stdout"] + compression, output: .file(output))
                let scratch = try ScratchFolder(in: workspace.folders.scratch)
                defer { scratch.remove() }
                let stream = try TarStream(
                    of: tree.path, without: exclusions, headers: nodes.map { $0.tarHeader(clock: clock) },
                    clock: clock, scratch: scratch.path)
                try await workspace.runner.run(stream.call(into: xz))
            }
        }
    }
}

extension Exclusions {
    /// The device nodes that are not left out.
    func kept(_ nodes: [DeviceNode]) -> [DeviceNode] {
        let matcher = matcher
        return nodes.filter { node in
            var path = node.rawPath
            while !path.bytes.isEmpty {
                if matcher.excludes(path) { return false }
                path = path.parent
            }
            return true
        }
    }
}
