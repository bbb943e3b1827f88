import KiwiDiagnostics
import KiwiToolbox

/// A hash tree of dm-verity behind the data it protects, in the same file.
///
///     0                      data
///     hashOffset       4096  superblock, in its first 512 bytes
///     hashOffset+4096        levels of hashes, the root's first
public struct VerityTree: Sendable, Codable, Hashable {
    /// Lower-case hex.
    public var rootHash: String
    public var salt: String
    public var uuid: String
    /// Blocks that are protected; the kernel refuses to read others.
    public var dataBlocks: Int64
    /// Where the superblock lies, in bytes.
    public var hashOffset: Int64

    public init(rootHash: String, salt: String, uuid: String, dataBlocks: Int64, hashOffset: Int64) {
        self.rootHash = rootHash
        self.salt = salt
        self.uuid = uuid
        self.dataBlocks = dataBlocks
        self.hashOffset = hashOffset
    }

    /// Of data and hashes.
    public static let blockBytes: Int64 = 4096
    public static let algorithm = "sha256"
    private static let hashesInBlock: Int64 = blockBytes / 32

    /// The name of the opened device below `/dev/mapper`.
    public static let mapping = "verityroot"

    public static let tools = [
        ToolRequirement("veritysetup", package: "cryptsetup-bin", to: "protect the root file system")
    ]

    /// Bytes that the superblock and the tree take behind so many blocks of data.
    public static func bytes(dataBlocks: Int64) -> Int64 {
        var blocks: Int64 = 1
        var level = dataBlocks
        while level > 1 {
            level = (level + hashesInBlock - 1) / hashesInBlock
            blocks += level
        }
        return blocks * blockBytes
    }

    /// Adds the tree at the end of a file.
    ///
    /// - Parameters:
    ///   - file: the file system; it grows. Equal files, salts and UUIDs give equal trees.
    ///   - blocks: `verity_blocks`: how many blocks of 4096 bytes; nil: all.
    ///   - salt: hex digits.
    ///   - position: `verity_blocks`, for messages.
    public static func append(
        to file: String, blocks: Int64?, salt: String, uuid: String, at position: Position?,
        in workspace: Workspace
    ) async throws -> VerityTree {
        let size = FileSystem.size(of: file) ?? 0
        let offset = ByteCount.roundUp(size, to: blockBytes)
        let all = offset / blockBytes
        let blocks = blocks ?? all
        guard blocks > 0, blocks <= all else {
            throw Diagnostic(
                "verity-blocks", at: position,
                "verity_blocks asks for \(blocks) blocks, the file system has \(all) of 4096 bytes",
                remedy: "write verity_blocks=\"all\", or a number from 1 to \(all)")
        }
        let result = try await workspace.runner.run(
            ToolCall(
                "veritysetup",
                [
                    "format", "--hash=\(algorithm)", "--data-block-size=\(blockBytes)",
                    "--hash-block-size=\(blockBytes)", "--data-blocks=\(blocks)", "--hash-offset=\(offset)",
                    "--salt=\(salt)", "--uuid=\(uuid)", file, file,
                ], output: .capture()))
        let fields = fields(result.output)
        guard let rootHash = fields["Root hash"] else {
            throw Diagnostic(
                "verity-failed", at: position, "veritysetup gave no root hash",
                remedy: "look into the log", notes: result.lastLines)
        }
        return VerityTree(rootHash: rootHash, salt: salt, uuid: uuid, dataBlocks: blocks, hashOffset: offset)
    }

    /// `/etc/veritytab` of the initrd.
    ///
    /// - Parameter device: `UUID=...` or a path; both data and hashes lie there.
    public func veritytab(device: String) -> String {
        "\(Self.mapping) \(device) \(device) \(rootHash) hash-offset=\(hashOffset),hash-block-size=\(Self.blockBytes)\n"
    }

    /// Lines of `name: value`.
    static func fields(_ output: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in output.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] =
                line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }.description
        }
        return fields
    }
}
