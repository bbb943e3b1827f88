import Crypto

#if canImport(Glibc)
    import Glibc
#endif

/// SHA-256 in lower-case hex.
public struct Digest: Hashable, Sendable, Codable, CustomStringConvertible {
    public let hex: String

    public init(hex: String) { self.hex = hex }

    public init(of bytes: some Sequence<UInt8>) {
        var hash = SHA256()
        hash.update(data: Array(bytes))
        hex = Self.hex(hash.finalize())
    }

    public init(bytes: SHA256Digest) { hex = Self.hex(bytes) }

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
    public init(ofFile path: String) throws { try self.init(ofFile: RawPath(path)) }

    /// The digest of a file whose zero-terminated name need not be UTF-8.
    init(ofFile path: [CChar]) throws {
        try self.init(ofFile: RawPath(path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }))
    }

    public init(ofFile path: RawPath) throws { hex = try Self.hex(ofFile: path, SHA256()) }

    /// SHA-512 of a file in lower-case hex.
    public static func sha512(ofFile path: String) throws -> String {
        try hex(ofFile: RawPath(path), SHA512())
    }

    /// The digest of everything that can be read from an open file or pipe.
    public init(readingFrom descriptor: Int32, named name: String) throws {
        hex = try Self.hex(readingFrom: descriptor, named: name, SHA256())
    }

    /// MD5 of a file in lower-case hex: for old network-boot clients, not for security.
    public static func md5(ofFile path: String) throws -> String {
        try hex(ofFile: RawPath(path), Insecure.MD5())
    }

    private static func hex(ofFile path: RawPath, _ start: some HashFunction) throws -> String {
        let descriptor = open(path.c, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("open", path.text) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
            // Only large holes are worth the questions.
            Int64(facts.st_size) - Int64(facts.st_blocks) * 512 > 1 << 20
        else { return try hex(readingFrom: descriptor, named: path.text, start) }
        return try hex(ofSparse: descriptor, size: Int64(facts.st_size), named: path.text, start)
    }

    /// The digest of a file with holes, which are not read.
    private static func hex(
        ofSparse descriptor: Int32, size: Int64, named name: String, _ start: some HashFunction
    ) throws -> String {
        var hash = start
        let zeros = [UInt8](repeating: 0, count: 1 << 18)
        var buffer = zeros
        var offset: Int64 = 0
        func skip(to end: Int64) {
            zeros.withUnsafeBytes { zeros in
                while offset < end {
                    let count = Int(min(Int64(zeros.count), end - offset))
                    hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: zeros[..<count]))
                    offset += Int64(count)
                }
            }
        }
        for part in FileHoles.data(of: descriptor, size: size) {
            skip(to: part.lowerBound)
            while offset < part.upperBound {
                let wanted = Int(min(Int64(buffer.count), part.upperBound - offset))
                let count = buffer.withUnsafeMutableBytes {
                    pread(descriptor, $0.baseAddress, wanted, off_t(offset))
                }
                guard count >= 0 else { throw FileError.current("read", name) }
                guard count > 0 else { throw FileError("read", name, code: EIO) }
                buffer.withUnsafeBytes {
                    hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count]))
                }
                offset += Int64(count)
            }
        }
        skip(to: size)
        return hex(hash.finalize())
    }

    private static func hex(
        readingFrom descriptor: Int32, named name: String, _ start: some HashFunction
    ) throws -> String {
        var hash = start
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw FileError.current("read", name) }
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
