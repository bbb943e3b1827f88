import Crypto

#if canImport(Glibc)
    import Glibc
#endif

/// SHA-256 in lower-case hex.
public struct Digest: Hashable, Sendable, Codable, CustomStringConvertible {
    public let hex: String

    public init(hex: String) { self.hex = hex }

    init(_ hash: SHA256.Digest) { hex = Self.hex(hash) }

    public init(of bytes: some Sequence<UInt8>) {
        var hash = SHA256()
        hash.update(data: Array(bytes))
        hex = Self.hex(hash.finalize())
    }

    public init(of text: String) { self.init(of: text.utf8) }

    /// The digest of a list of texts; each is preceded by its length, so that no
    /// two different lists run together.
    public init(ofParts parts: [String]) {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array("\(part.utf8.count):".utf8))
            hash.update(data: Array(part.utf8))
        }
        hex = Self.hex(hash.finalize())
    }

    /// The digest of a file, read in pieces.
    public init(ofFile path: String) throws { hex = try Self.hex(ofFile: path, SHA256()) }

    /// SHA-512 of a file in lower-case hex.
    public static func sha512(ofFile path: String) throws -> String { try hex(ofFile: path, SHA512()) }

    private static func hex(ofFile path: String, _ start: some HashFunction) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("open", path) }
        defer { close(descriptor) }
        var hash = start
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw FileError.current("read", path) }
            if count == 0 { break }
            buffer.withUnsafeBytes {
                hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
        }
        return hex(hash.finalize())
    }

    public var description: String { hex }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
