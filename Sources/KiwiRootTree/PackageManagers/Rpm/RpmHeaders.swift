import KiwiDiagnostics
import KiwiToolbox

/// Times in the headers of installed packages, as `rpmdb --exportdb` writes them: one header after the other, each a
/// magic number, two counts, an index and the data (the format of rpm's own header files, version 1).
///
/// The build adds to a package's header when it was installed and in which transaction. Neither is part of what
/// the package's checksums and signatures cover.
struct RpmHeaders: Sendable {
    private static let magic: [UInt8] = [0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0]
    /// rpm's own limits of a header.
    private static let (mostEntries, mostBytes) = (0xffff, 256 << 20)

    private enum Tag {
        static let buildTime: UInt32 = 1006
        static let installTime: UInt32 = 1008
        static let installTransaction: UInt32 = 1128
    }
    private static let int32: UInt32 = 4

    /// A 32-bit number of a header.
    private struct Time {
        var offset: Int64
        var value: UInt32
    }

    private struct Header {
        var built: UInt32 = 0
        var installed: [Time] = []
    }

    private let file: BinaryFile
    private var headers: [Header] = []

    /// - Throws: `Diagnostic` for a file that is no such list.
    init(_ path: String) throws {
        file = try BinaryFile(path, writable: true)
        let size = try file.size()
        var offset: Int64 = 0
        while offset < size {
            let start = try file.read(16, at: offset)
            guard start.count == 16, start.starts(with: Self.magic) else { throw Self.damaged }
            let (entries, bytes) = (Int(Self.number(start, 8)), Int(Self.number(start, 12)))
            guard entries <= Self.mostEntries, bytes <= Self.mostBytes else { throw Self.damaged }
            let index = try file.read(entries * 16, at: offset + 16)
            let data = offset + 16 + Int64(entries * 16)
            guard index.count == entries * 16, data + Int64(bytes) <= size else { throw Self.damaged }
            headers.append(try header(index, data: data, bytes: bytes))
            offset = data + Int64(bytes)
        }
    }

    private func header(_ index: [UInt8], data: Int64, bytes: Int) throws -> Header {
        var header = Header()
        for entry in stride(from: 0, to: index.count, by: 16) {
            let tag = Self.number(index, entry)
            guard [Tag.buildTime, Tag.installTime, Tag.installTransaction].contains(tag),
                Self.number(index, entry + 4) == Self.int32
            else { continue }
            let place = Int(Self.number(index, entry + 8))
            guard place + 4 <= bytes else { throw Self.damaged }
            let time = Time(
                offset: data + Int64(place), value: Self.number(try file.read(4, at: data + Int64(place)), 0))
            if tag == Tag.buildTime { header.built = time.value } else { header.installed.append(time) }
        }
        return header
    }

    private static var damaged: Diagnostic {
        Diagnostic(
            "package-database", "what rpmdb exports is no list of headers",
            remedy: "look at the messages of rpm in the log")
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// When the newest package was built, seconds since 1970.
    var newestBuild: UInt32 { headers.map(\.built).max() ?? 0 }

    /// Gives packages that were installed after `time`, or before they were built (rpm took a neutral time then),
    /// this time.
    /// - Returns: whether anything was changed.
    func setTimes(_ time: UInt32) throws -> Bool {
        var isChanged = false
        for header in headers {
            for place in header.installed
            where place.value != time && (place.value > time || place.value < header.built) {
                try file.write(withUnsafeBytes(of: time.bigEndian) { Array($0) }, at: place.offset)
                isChanged = true
            }
        }
        return isChanged
    }
}
