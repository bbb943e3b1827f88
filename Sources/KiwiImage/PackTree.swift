import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiStorage
import KiwiToolbox

extension Artifact {
    /// The system of a live medium, `LiveOS/squashfs.img`.
    public static let payload = Artifact.file("squashfs.img")
}

/// How squashfs compresses: an attribute, or our choice for the tree's kernel.
public struct SquashChoice: Sendable, Codable, Hashable {
    /// `squashfscompression`; nil when it is not written.
    public var written: SquashCompression?
    public var architecture: Architecture

    public init(written: SquashCompression?, architecture: Architecture) {
        self.written = written
        self.architecture = architecture
    }

    /// Without the attribute: zstd at a level that costs little time, where the kernel reads it, else KIWI's xz.
    func apply(to call: inout SquashfsCall, facts: TreeFacts) {
        call.compression = written ?? (facts.squashfsZstd ? .zstd : .xz)
        call.level = written == nil ? Self.quickLevel : nil
        call.xzFilter =
            switch architecture.resultName {
            case "x86_64", "ix86": "x86"
            case "ppc64", "ppc64le": "powerpc"
            default: nil
            }
    }

    /// Measured on a Debian tree of 700 MB: see `docs/decisions/live-iso.md`.
    static let quickLevel = 3
}

/// Packs the root tree itself as squashfs or erofs.
public struct PackTree: BuildStep {
    public let id = "payload"
    @Unkeyed public var because: Position?
    public var tree: Artifact
    public var kind: FileSystemKind
    public var squash: SquashChoice
    /// `erofscompression`.
    public var erofsCompression: String?
    /// `fscreateoptions`.
    public var options: [String]

    public init(
        tree: Artifact, kind: FileSystemKind, squash: SquashChoice, erofsCompression: String?,
        options: [String],
        because: Position? = nil
    ) {
        self.tree = tree
        self.kind = kind
        self.squash = squash
        self.erofsCompression = erofsCompression
        self.options = options
        _because = Unkeyed(wrappedValue: because)
    }

    public var summary: String { "pack the root tree as \(kind.rawValue)" }
    public var reads: [Artifact] { [tree, .treeFacts, .imageIDs, .clock, .deviceNodes] }
    public var writes: [Artifact] { [.payload] }
    public var reusable: Bool { true }
    public var tools: [ToolRequirement] {
        [ToolRequirement(kind.maker, package: kind.debianPackage, to: "pack the root tree")]
    }

    public func keyMaterial(in workspace: Workspace) async throws -> [String] {
        [try await PackerVersion.of(kind.maker, in: workspace)]
    }

    public func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        let nodes: [DeviceNode] = try await workspace.value(.deviceNodes)
        let output = try await workspace.newFile(.payload)
        try await workspace.withTree(of: tree) { tree in
            let excluded = try Exclusions(of: TreeReader(tree.path)).paths(in: tree.path)
            if kind == .erofs {
                guard nodes.isEmpty else {
                    throw Diagnostic(
                        "device-nodes", at: because,
                        "mkfs.erofs cannot write the device nodes the tree asks for: \(nodes.map(\.path).joined(separator: ", "))",
                        remedy: "write filesystem=\"squashfs\", or do not make device nodes (udev does)")
                }
                var call = ErofsCall(tree.path, to: output, uuid: ids.rootUUID, clock: clock)
                call.compression = erofsCompression
                call.excluded = excluded
                call.options = options
                try await workspace.runner.run(call.call)
            } else {
                var call = SquashfsCall(
                    tree.path, to: output, compression: .xz, clock: clock, processors: Processors.count)
                squash.apply(to: &call, facts: facts)
                call.excluded = excluded
                call.pseudo = nodes.map(\.pseudoLine)
                call.options = options
                try await workspace.runner.run(call.call)
            }
        }
    }
}

/// The version of a packer on this machine: another one may write other bytes.
enum PackerVersion {
    static func of(_ tool: String, in workspace: Workspace) async throws -> String {
        let option = tool == "mksquashfs" ? "-version" : "-V"
        let call = ToolCall(tool, [option], output: .capture(), successCodes: Set(0...255))
        let result = try await workspace.runner.run(call)
        return (result.output.split(separator: "\n").first.map(String.init) ?? "")
            + (result.lastLines.first ?? "")
    }
}
