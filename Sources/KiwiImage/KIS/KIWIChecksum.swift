/// The checksum file that KIWI's boot code reads: `HASH BLOCKS BLOCKSIZE`, for a compressed image followed
/// by ` ZBLOCKS ZBLOCKSIZE` of the compressed file (image-types.md §1). Pure.
struct KIWIChecksum: Sendable, Equatable {
    /// Of the uncompressed image, in hex.
    var hash: String
    /// Bytes of the uncompressed image.
    var bytes: Int64
    /// Bytes of the compressed image.
    var compressedBytes: Int64?

    /// One line with its end.
    var text: String {
        let parts = Self.blocks(bytes) + (compressedBytes.map(Self.blocks) ?? [])
        return ([hash] + parts.map(String.init)).joined(separator: " ") + "\n"
    }

    /// The number of blocks and their size: the product of the ascending prime factors of the size as long
    /// as it stays within 8192.
    static func blocks(_ bytes: Int64) -> [Int64] {
        guard bytes > 0 else { return [0, 1] }
        var size: Int64 = 1
        var rest = bytes
        var factor: Int64 = 2
        while rest > 1, factor <= 8192 {
            while rest % factor == 0 {
                if size * factor > 8192 { return [bytes / size, size] }
                size *= factor
                rest /= factor
            }
            factor += 1
        }
        return [bytes / size, size]
    }
}
