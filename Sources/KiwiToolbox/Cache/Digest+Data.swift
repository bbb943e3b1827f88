import Crypto

#if canImport(Glibc)
    import Glibc
#endif

extension Digest {
    /// A digest of what a file holds, for keys: equal content gives equal digests, wherever it has holes.
    /// Unlike the SHA-256 of the file it does not hash long runs of zeros, nor read holes.
    ///
    /// - Throws: `FileError`.
    public init(ofDataIn path: RawPath) throws {
        let block = 1 << 20
        let descriptor = open(path.c, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("open", path.text) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw FileError.current("look at", path.text) }
        let size = Int64(facts.st_size)
        let zeros = [UInt8](repeating: 0, count: Int(min(Int64(block), max(size, 1))))
        var buffer = zeros
        var hash = SHA256()
        var offset: Int64 = 0
        for part in FileHoles.data(of: descriptor, size: size) {
            // Whole blocks, counted from the start: which of them are zeros depends on the content alone.
            offset = max(offset, part.lowerBound / Int64(block) * Int64(block))
            while offset < part.upperBound {
                let count = try Self.fill(&buffer, from: descriptor, at: offset, path)
                let isEmpty = buffer.withUnsafeBytes { bytes in
                    zeros.withUnsafeBytes { memcmp(bytes.baseAddress!, $0.baseAddress!, count) == 0 }
                }
                if !isEmpty {
                    withUnsafeBytes(of: offset.littleEndian) { hash.update(bufferPointer: $0) }
                    buffer.withUnsafeBytes {
                        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count]))
                    }
                }
                offset += Int64(block)
            }
        }
        withUnsafeBytes(of: size.littleEndian) { hash.update(bufferPointer: $0) }
        self.init(bytes: hash.finalize())
    }

    private static func fill(
        _ buffer: inout [UInt8], from descriptor: Int32, at offset: Int64, _ path: RawPath
    ) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = buffer.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + filled, $0.count - filled, off_t(offset) + off_t(filled))
            }
            guard count >= 0 else { throw FileError.current("read", path.text) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }
}
