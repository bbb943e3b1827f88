import Foundation
import KiwiToolbox
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct FileHolesTests {
    /// A file of 8 MiB and 3 bytes with data at the start, in the middle and at the end.
    private func withSparse(_ body: (String, Int64) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "kiwi-holes-\(UUID().uuidString)"
        defer { unlink(path) }
        let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        let size: Int64 = 8 << 20 + 3
        for offset in [0, 4 << 20, size - 3] { #expect(pwrite(descriptor, "abc", 3, off_t(offset)) == 3) }
        try body(path, size)
    }

    @Test func holesAreFound() throws {
        try withSparse { path, size in
            let descriptor = open(path, O_RDONLY)
            defer { close(descriptor) }
            let parts = FileHoles.data(of: descriptor, size: size)
            for offset in [0, 4 << 20, size - 1] { #expect(parts.contains { $0.contains(offset) }) }
            // One part where the file system has no holes.
            let bytes = FileHoles.dataBytes(of: RawPath(path), size: size)
            #expect(parts.count == 1 ? bytes == size : bytes < 1 << 20)
            #expect(FileHoles.data(of: descriptor, size: 0).isEmpty)
        }
        #expect(FileHoles.dataBytes(of: RawPath("/does/not/exist"), size: 7) == 7)
    }

    @Test func aFileOfOneHoleHasNoData() throws {
        let path = NSTemporaryDirectory() + "kiwi-hole-\(UUID().uuidString)"
        defer { unlink(path) }
        let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        #expect(ftruncate(descriptor, 3 << 20) == 0)
        let parts = FileHoles.data(of: descriptor, size: 3 << 20)
        #expect(parts.isEmpty || parts == [0..<3 << 20])
        #expect(try Digest(ofFile: path) == Digest(of: [UInt8](repeating: 0, count: 3 << 20)))
    }

    @Test func holesCountAsZerosInDigests() throws {
        try withSparse { path, size in
            let whole = try Array(Data(contentsOf: URL(filePath: path)))
            #expect(whole.count == Int(size))
            #expect(try Digest(ofFile: path) == Digest(of: whole))
        }
    }
}
