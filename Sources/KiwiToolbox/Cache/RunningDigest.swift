import Crypto

/// The SHA-256 of bytes that come piece by piece.
public struct RunningDigest: Sendable {
    private var hash = SHA256()

    public init() {}

    public mutating func update(_ bytes: some Collection<UInt8>) {
        if bytes.withContiguousStorageIfAvailable({ hash.update(bufferPointer: UnsafeRawBufferPointer($0)) })
            == nil
        {
            hash.update(data: Array(bytes))
        }
    }

    /// In lower-case hex.
    public var hex: String { Digest(bytes: hash.finalize()).hex }
}
