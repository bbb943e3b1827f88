/// The values of `squashfscompression`.
public enum SquashCompression: String, Sendable, Codable, CaseIterable {
    case uncompressed, gzip, lzo, lz4, xz, zstd

    /// The kernel option without which the result cannot be read; nil when every
    /// kernel with squashfs can.
    public var kernelOption: String? {
        switch self {
        case .uncompressed, .gzip: nil
        case .lzo: "CONFIG_SQUASHFS_LZO"
        case .lz4: "CONFIG_SQUASHFS_LZ4"
        case .xz: "CONFIG_SQUASHFS_XZ"
        case .zstd: "CONFIG_SQUASHFS_ZSTD"
        }
    }
}
