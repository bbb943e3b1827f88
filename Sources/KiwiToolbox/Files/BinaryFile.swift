#if canImport(Glibc)
    import Glibc
#endif

/// A file that is read and changed in places, for the headers of binary formats.
public final class BinaryFile: Sendable {
    public let path: String
    private let descriptor: Int32

    public init(_ path: String, writable: Bool = false) throws {
        self.path = path
        descriptor = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("open", path) }
    }

    deinit { close(descriptor) }

    /// Bytes in the file.
    public func size() throws -> Int64 {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw FileError.current("read", path) }
        return Int64(info.st_size)
    }

    /// The bytes at an offset; fewer where the file ends before.
    public func read(_ count: Int, at offset: Int64) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let length = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + done, count - done, off_t(offset) + done)
            }
            guard length >= 0 else { throw FileError.current("read", path) }
            if length == 0 { break }
            done += length
        }
        return Array(bytes.prefix(done))
    }

    public func write(_ bytes: [UInt8], at offset: Int64) throws {
        var done = 0
        while done < bytes.count {
            let length = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + done, bytes.count - done, off_t(offset) + done)
            }
            guard length > 0 else { throw FileError.current("write", path) }
            done += length
        }
    }

    /// Writes zeros over a range.
    public func clear(_ range: Range<Int64>) throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = min(Int64(zeros.count), range.upperBound - offset)
            try write(Array(zeros.prefix(Int(count))), at: offset)
            offset += count
        }
    }
}
