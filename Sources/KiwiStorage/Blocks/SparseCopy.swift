import CKiwiLinux
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Copies the content of a file into another one without touching its holes, which are not even read.
public enum SparseCopy {
    /// Where the target has content already, a hole of the source does not erase it.
    ///
    /// - Parameters:
    ///   - source: read to its end, or `limit` bytes of it.
    ///   - target: an existing file; it grows when it is too short.
    ///   - offset: where the source's first byte goes.
    public static func copy(
        _ source: String, into target: String, at offset: Int64 = 0, limit: Int64 = .max
    ) throws {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw FileError.current("open", source) }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CLOEXEC)
        guard output >= 0 else { throw FileError.current("open", target) }
        defer { close(output) }
        let end = min(lseek(input, 0, SEEK_END), off_t(limit))
        guard end >= 0 else { throw FileError.current("read", source) }
        var position: off_t = 0
        while position < end {
            let data = lseek(input, position, Self.seekData)
            if data < 0 && errno == ENXIO { break }
            guard data >= 0 else { throw FileError.current("read", source) }
            let hole = min(lseek(input, data, Self.seekHole), end)
            guard hole >= 0 else { throw FileError.current("read", source) }
            if data < hole {
                try copy(data..<hole, of: (input, source), to: (output, target), at: off_t(offset) + data)
            }
            position = max(hole, data)
        }
        guard lseek(output, 0, SEEK_END) < off_t(offset) + end else { return }
        guard ftruncate(output, off_t(offset) + end) == 0 else { throw FileError.current("extend", target) }
    }

    // Linux's numbers, which the Glibc module does not show.
    private static let seekData: Int32 = 3
    private static let seekHole: Int32 = 4

    private typealias OpenFile = (descriptor: Int32, name: String)

    /// Inside the kernel where it can, which shares blocks on file systems that do that.
    private static func copy(
        _ range: Range<off_t>, of source: OpenFile, to target: OpenFile, at offset: off_t
    ) throws {
        var from = range.lowerBound
        var to = offset
        while from < range.upperBound {
            let count = kiwi_copy_range(
                source.descriptor, &from, target.descriptor, &to, UInt(range.upperBound - from))
            if count > 0 { continue }
            if count == 0 { throw FileError("read", source.name, code: EIO) }
            guard [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP].contains(errno) else {
                throw FileError.current("write", target.name)
            }
            break
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while from < range.upperBound {
            let wanted = min(buffer.count, Int(range.upperBound - from))
            let count = buffer.withUnsafeMutableBytes {
                pread(source.descriptor, $0.baseAddress, wanted, from)
            }
            guard count > 0 else { throw FileError.current("read", source.name) }
            var written = 0
            while written < count {
                let step = buffer.withUnsafeBytes {
                    pwrite(target.descriptor, $0.baseAddress! + written, count - written, to)
                }
                guard step > 0 else { throw FileError.current("write", target.name) }
                written += step
                to += off_t(step)
            }
            from += off_t(count)
        }
    }
}
