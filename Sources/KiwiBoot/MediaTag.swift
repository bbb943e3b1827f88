import Crypto
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The checksum an ISO carries about itself, in the format of checkmedia
/// (`docs/media-check.md`).
///
///     offset  length
///      32768          primary volume descriptor
///      32848       4  size of the file system in blocks of 2048 bytes, little-endian
///      33651     512  application use: `key=value;key=value`, filled up with blanks
///
/// The digest runs over the file system; in it the first 512 bytes count as zeros and the
/// application use area as blanks.
public enum MediaTag {
    static let descriptor: Int64 = 32768
    static let area: Int64 = 33651
    static let areaLength = 512
    private static let chunk = 1 << 20

    /// The text of a tag with this digest.
    public static func text(sha256: String) -> String { "sha256sum=\(sha256);pad=0" }

    /// Computes the digest of an ISO and writes the tag.
    public static func write(to path: String) throws {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("open", path) }
        defer { close(descriptor) }
        let digest = try digest(of: descriptor, path)
        var bytes = Array(text(sha256: digest).utf8)
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: areaLength - bytes.count)
        guard pwrite(descriptor, bytes, bytes.count, off_t(area)) == bytes.count else {
            throw FileError.current("write the tag of", path)
        }
    }

    /// The digest an ISO should carry.
    public static func digest(ofFile path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("open", path) }
        defer { close(descriptor) }
        return try digest(of: descriptor, path)
    }

    private static func digest(of file: Int32, _ path: String) throws -> String {
        let head = try bytes(of: file, at: descriptor, count: 84, path)
        guard Array(head[1..<6]) == Array("CD001".utf8) else { throw FileError("find an ISO 9660 file system in", path, code: EINVAL) }
        let blocks = (0..<4).reduce(Int64(0)) { $0 | Int64(head[80 + $1]) << (8 * Int64($1)) }
        let size = blocks * 2048
        var hash = SHA256()
        var offset: Int64 = 0
        while offset < size {
            var part = try bytes(of: file, at: offset, count: Int(min(Int64(chunk), size - offset)), path)
            blank(&part, at: offset, from: 0, length: 512, with: 0)
            blank(&part, at: offset, from: area, length: Int64(areaLength), with: UInt8(ascii: " "))
            hash.update(data: part)
            offset += Int64(part.count)
        }
        return hash.finalize().map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    private static func blank(_ part: inout [UInt8], at offset: Int64, from start: Int64, length: Int64, with byte: UInt8) {
        let first = max(start, offset)
        let last = min(start + length, offset + Int64(part.count))
        guard first < last else { return }
        for index in Int(first - offset)..<Int(last - offset) { part[index] = byte }
    }

    private static func bytes(of file: Int32, at offset: Int64, count: Int, _ path: String) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = buffer.withUnsafeMutableBytes {
                pread(file, $0.baseAddress! + done, count - done, off_t(offset) + off_t(done))
            }
            guard got > 0 else { throw FileError("read", path, code: got == 0 ? EIO : errno) }
            done += got
        }
        return buffer
    }
}
