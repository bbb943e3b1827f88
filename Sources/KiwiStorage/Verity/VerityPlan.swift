import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// What the description says about dm-verity: `verity_blocks` and `embed_verity_metadata`.
public struct VerityPlan: Sendable, Encodable {
    /// Blocks of 4096 bytes that the protected file system has; nil: as many as its content takes.
    public var blocks: Int64?
    public var embedsMetadata: Bool
    @Unkeyed public var position: Position?

    /// - Returns: nil when the type is not protected.
    public init?(_ type: ImageType) {
        guard let text = type.string("verity_blocks"), text != "0" else { return nil }
        blocks = Int64(text)
        embedsMetadata = type.flag("embed_verity_metadata")
        _position = Unkeyed(wrappedValue: type.position(of: "verity_blocks"))
    }

    /// The largest file system that fits with its hashes.
    ///
    /// - Parameter room: bytes for both.
    public func contentBytes(room: Int64) -> Int64 {
        var least: Int64 = 0
        var most = blocks ?? room / VerityTree.blockBytes
        while least < most {
            let middle = (least + most + 1) / 2
            if middle * VerityTree.blockBytes + VerityTree.bytes(dataBlocks: middle) <= room {
                least = middle
            } else {
                most = middle - 1
            }
        }
        return least * VerityTree.blockBytes
    }

    /// Bytes of a file system with so much content and of its hashes.
    public func bytes(content: Int64) -> Int64 {
        let needed = ByteCount.roundUp(content, to: VerityTree.blockBytes) / VerityTree.blockBytes
        let blocks = max(blocks ?? 0, needed)
        return blocks * VerityTree.blockBytes + VerityTree.bytes(dataBlocks: blocks)
    }

    /// - Throws: when `verity_blocks` is less than the content: what lies behind it could not be read.
    public func check(content: Int64) throws(Failure) {
        let needed = ByteCount.roundUp(content, to: VerityTree.blockBytes) / VerityTree.blockBytes
        guard let blocks, blocks < needed else { return }
        throw Failure(
            .descriptionWrong,
            Diagnostic(
                "verity-blocks", at: position,
                "verity_blocks leaves room for \(blocks) blocks, the root needs \(needed) of 4096 bytes",
                remedy: "write verity_blocks=\"all\", or \(needed) or more"))
    }
}
