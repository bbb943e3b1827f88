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
        let size = lseek(input, 0, SEEK_END)
        guard size >= 0 else { throw FileError.current("read", source) }
        let end = min(Int64(size), limit)
        try copy((input, source), to: (output, target), size: end, at: offset)
        guard lseek(output, 0, SEEK_END) < off_t(offset) + off_t(end) else { return }
        guard ftruncate(output, off_t(offset) + off_t(end)) == 0 else {
            throw FileError.current("extend", target)
        }
    }

    /// A descriptor, and what messages call it.
    typealias OpenFile = (descriptor: Int32, name: String)

    /// Copies what is no hole of the first `size` bytes.
    static func copy(_ source: OpenFile, to target: OpenFile, size: Int64, at offset: Int64 = 0) throws {
        for part in FileHoles.data(of: source.descriptor, size: size) {
            let range = off_t(part.lowerBound)..<off_t(part.upperBound)
            try copy(range, of: source, to: target, at: off_t(offset) + range.lowerBound)
        }
    }

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
        guard from < range.upperBound else { return }
        var buffer = [UInt8](repeating: 0, count: min(1 << 20, Int(range.upperBound - from)))
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
