import CKiwiLinux

#if canImport(Glibc)
    import Glibc
#endif

/// An existing file that is written at given places, holes kept.
public final class OutputFile {
    private let path: String
    private let descriptor: Int32
    private var isOpen = true

    public init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw FileError.current("write", path) }
    }

    deinit { if isOpen { Glibc.close(descriptor) } }

    public func write(_ bytes: [UInt8], at offset: Int64) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset) + off_t(done))
            }
            guard count > 0 else { throw FileError.current("write", path) }
            done += count
        }
    }

    /// Copies a file's data to a place, without its holes: they must be holes there already.
    /// - Parameter room: bytes that are free; a longer file is an error.
    public func copy(_ source: String, at offset: Int64, room: Int64) throws {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw FileError.current("read", source) }
        defer { Glibc.close(input) }
        var info = stat()
        guard fstat(input, &info) == 0 else { throw FileError.current("read", source) }
        guard Int64(info.st_size) <= room else { throw FileError("write into a smaller place", path, code: ENOSPC) }
        var place = 0
        while place < info.st_size {
            let start = kiwi_next_data(input, place)
            // Only a hole follows.
            if start < 0, errno == ENXIO { return }
            guard start >= 0 else { throw FileError.current("read", source) }
            let end = kiwi_next_hole(input, start)
            guard end > start else { throw FileError.current("read", source) }
            try copy(input, source, from: start, to: end, at: Int(offset))
            place = end
        }
    }

    private func copy(_ input: Int32, _ source: String, from start: Int, to end: Int, at offset: Int) throws {
        var from = start
        var to = offset + start
        while from < end {
            let count = kiwi_copy_range(input, &from, descriptor, &to, UInt(end - from))
            if count > 0 { continue }
            // Between two file systems, where the kernel does not do it.
            guard count < 0, errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP else {
                throw FileError.current("write", path)
            }
            var buffer = [UInt8](repeating: 0, count: Int(min(end - from, 1 << 20)))
            let got = buffer.withUnsafeMutableBytes { pread(input, $0.baseAddress, $0.count, from) }
            guard got > 0 else { throw FileError.current("read", source) }
            try write(Array(buffer[..<got]), at: Int64(to))
            from += got
            to += got
        }
    }

    /// - Throws: what the disk could not keep.
    public func close() throws {
        isOpen = false
        guard Glibc.close(descriptor) == 0 else { throw FileError.current("write", path) }
    }
}
