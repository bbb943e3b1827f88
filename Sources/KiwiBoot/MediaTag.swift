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
/// A digest runs over the file system; in it the first 512 bytes count as zeros and the
/// application use area as blanks. A second one covers the last partition of the MBR.
public enum MediaTag {
    static let descriptor: Int64 = 32768
    static let area: Int64 = 33651
    static let areaLength = 512
    private static let chunk = 1 << 20

    /// An entry of the MBR, in sectors of 512 bytes.
    public struct Partition: Sendable, Hashable {
        public var start: Int64
        public var sectors: Int64
    }

    /// Computes the digests of an ISO and writes the tag.
    public static func write(to path: String) throws {
        let file = open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { throw FileError.current("open", path) }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw FileError.current("look at", path) }
        let size = try volumeSize(of: file, path)
        guard size <= info.st_size else {
            throw FileError("find the end of the file system in", path, code: EINVAL)
        }
        var tag = "check=1;sha256sum=\(try digest(of: file, from: 0, to: size, path))"
        if let last = lastPartition(mbr: try bytes(of: file, at: 0, count: 512, path)) {
            let end = (last.start + last.sectors) * 512
            if end <= info.st_size {
                let sum = try digest(of: file, from: last.start * 512, to: end, path)
                tag += ";partition=\(last.start),\(last.sectors),\(sum)"
            }
        }
        var bytes = Array(tag.utf8)
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: areaLength - bytes.count)
        guard pwrite(file, bytes, bytes.count, off_t(area)) == bytes.count else {
            throw FileError.current("write the tag of", path)
        }
    }

    /// The digest an ISO should carry.
    public static func digest(ofFile path: String) throws -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileError.current("open", path) }
        defer { close(file) }
        return try digest(of: file, from: 0, to: volumeSize(of: file, path), path)
    }

    /// The entry that ends last, of those in use.
    static func lastPartition(mbr: [UInt8]) -> Partition? {
        guard mbr[510] == 0x55, mbr[511] == 0xaa else { return nil }
        var best: Partition?
        for entry in 0..<4 {
            let at = 446 + 16 * entry
            let partition = Partition(start: number(mbr, at + 8), sectors: number(mbr, at + 12))
            guard mbr[at + 4] != 0, mbr[at] & 0x7f == 0, partition.sectors != 0 else { continue }
            if let best, best.start + best.sectors >= partition.start + partition.sectors { continue }
            best = partition
        }
        return best
    }

    private static func number(_ bytes: [UInt8], _ at: Int) -> Int64 {
        (0..<4).reduce(Int64(0)) { $0 | Int64(bytes[at + $1]) << (8 * Int64($1)) }
    }

    private static func volumeSize(of file: Int32, _ path: String) throws -> Int64 {
        let head = try bytes(of: file, at: descriptor, count: 84, path)
        guard Array(head[1..<6]) == Array("CD001".utf8) else {
            throw FileError("find an ISO 9660 file system in", path, code: EINVAL)
        }
        return number(head, 80) * 2048
    }

    private static func digest(of file: Int32, from start: Int64, to end: Int64, _ path: String) throws
        -> String
    {
        var hash = SHA256()
        var offset = start
        while offset < end {
            var part = try bytes(of: file, at: offset, count: Int(min(Int64(chunk), end - offset)), path)
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

    private static func blank(
        _ part: inout [UInt8], at offset: Int64, from start: Int64, length: Int64, with byte: UInt8
    ) {
        let first = max(start, offset)
        let last = min(start + length, offset + Int64(part.count))
        guard first < last else { return }
        for index in Int(first - offset)..<Int(last - offset) { part[index] = byte }
    }

    private static func bytes(of file: Int32, at offset: Int64, count: Int, _ path: String) throws -> [UInt8]
    {
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
