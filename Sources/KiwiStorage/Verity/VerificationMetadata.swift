import KiwiDiagnostics
import KiwiToolbox

/// The block at the end of a partition from which boot code learns how to open a protected root file
/// system (`embed_verity_metadata`, `embed_integrity_metadata`).
///
///     VERSION FILESYSTEM ACCESS KIND 0xFF FIELDS 0xFF 0x00 SIGNATURE
///
/// Fields are separated by blanks. The signature covers all before it: RSA-PSS with SHA-256.
public struct VerificationMetadata: Sendable, Hashable {
    /// What is signed.
    public var text: [UInt8]

    /// Its place: so many bytes before the end of the partition.
    public static let blockBytes: Int64 = 4096

    /// - Parameter fileSystem: name of the file system that is protected.
    public init(_ tree: VerityTree, fileSystem: FileSystemKind) {
        let block = VerityTree.blockBytes
        // Boot code opens the tree without its superblock, which takes the first block.
        let start = tree.hashOffset / block + 1
        let fields =
            "1 \(block) \(block) \(tree.dataBlocks) \(start) \(VerityTree.algorithm) \(tree.rootHash) \(tree.salt)"
        text = Array("1 \(fileSystem.rawValue) ro verity".utf8) + [0xff] + Array(fields.utf8) + [0xff, 0]
    }

    /// - Parameters:
    ///   - layout: of the device.
    ///   - fileSystem: name of the file system that is protected.
    public init(_ volume: IntegrityVolume, _ layout: IntegrityLayout, fileSystem: FileSystemKind) {
        let hash =
            volume.keyFile == nil
            ? "internal_hash:sha256" : "internal_hash:hmac(sha256):\(volume.keyDescription)"
        let parameters = [hash] + volume.flags
        let fields = ["\(layout.contentBytes / 512)", "512", "\(parameters.count)"] + parameters
        let access = fileSystem == .squashfs ? "ro" : "rw"
        text =
            Array("1 \(fileSystem.rawValue) \(access) integrity".utf8) + [0xff]
            + Array(fields.joined(separator: " ").utf8) + [0xff, 0]
    }

    public static let tools = [
        ToolRequirement("openssl", package: "openssl", to: "sign the verification metadata")
    ]

    /// The block with its signature.
    ///
    /// - Parameters:
    ///   - key: a private RSA key in PEM, `credentials: verification_metadata_signing_key_file`.
    ///   - position: the attribute that asked for it, for messages.
    public func signed(key: String, at position: Position?, in workspace: Workspace) async throws -> [UInt8] {
        let base = "\(workspace.folders.scratch)/\(workspace.stepID)-metadata"
        let signature = base + ".signature"
        defer { for file in [base, signature] { try? FileSystem.removeTree(file) } }
        try FileSystem.write(text, to: base, mode: 0o600)
        do {
            try await workspace.runner.run(
                ToolCall(
                    "openssl",
                    [
                        "dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:-1",
                        "-sigopt", "rsa_mgf1_md:sha256", "-sign", key, "-out", signature, base,
                    ]))
        } catch let failure as ToolFailure {
            throw Diagnostic(
                "signing-key", at: position, "the verification metadata cannot be signed with '\(key)'",
                remedy:
                    "set credentials: verification_metadata_signing_key_file in kiwi.yml to a private RSA key in PEM without passphrase",
                notes: failure.lastLines.suffix(3))
        }
        let block = text + (try FileSystem.readBytes(signature, limit: 1 << 16))
        guard block.count <= Int(Self.blockBytes) else {
            throw Diagnostic(
                "signing-key", at: position,
                "the verification metadata has \(block.count) bytes, and 4096 is all there is",
                remedy: "use a smaller RSA key")
        }
        return block
    }

    /// Where the block goes on a partition of this size.
    public static func write(_ block: [UInt8], deviceBytes: Int64) -> DeviceWrite {
        DeviceWrite(offset: deviceBytes - blockBytes, bytes: block)
    }
}
