import Crypto

/// The SHA-256 of bytes that come piece by piece.
public struct RunningDigest: Sendable {
    private var hash = SHA256()

    public init() {}

    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    /// In lower-case hex.
    public var hex: String { Digest(hash.finalize()).hex }
}
