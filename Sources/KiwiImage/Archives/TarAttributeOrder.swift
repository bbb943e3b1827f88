import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Sorts the extended attributes of each member of a pax archive on its way through a pipe.
///
/// GNU tar writes them in the order in which the file system lists them, and that differs: tmpfs lists an
/// access list first, ext4 by place. The archive of a tree that comes from the cache on disk would not be
/// that of the same tree in memory. All other bytes pass unchanged.
struct TarAttributeOrder {
    private let input: Int32
    private let output: Int32
    private var buffer: [UInt8]
    /// What of the buffer is read and not yet taken.
    private var unread = 0..<0

    /// An extended header that is larger is none of tar's.
    private static let headerLimit = 64 << 20

    private init(_ input: Int32, _ output: Int32) {
        self.input = input
        self.output = output
        buffer = [UInt8](repeating: 0, count: 1 << 18)
    }

    /// Copies an archive from one open file to another.
    /// - Throws: `FileError` when one of them fails, or when the input is no archive in pax format.
    static func copy(_ input: Int32, _ output: Int32) throws {
        var order = TarAttributeOrder(input, output)
        try order.copy()
    }

    private mutating func copy() throws {
        // A member whose size does not fit into its header has it in the records before.
        var largeSize: Int?
        while var header = try take(512) {
            guard header.count == 512 else { throw damaged }
            // Past the end of the archive is padding only.
            guard header[0] != 0 else {
                try write(header[...])
                continue
            }
            guard let size = try? TarNumber.read(header[124..<136]), 0..<(1 << 62) ~= size else {
                throw damaged
            }
            guard header[156] == UInt8(ascii: "x") else {
                try write(header[...])
                try pass(Self.wholeBlocks(largeSize ?? Int(size)))
                largeSize = nil
                continue
            }
            guard size <= Self.headerLimit, let content = try take(Self.wholeBlocks(Int(size))),
                content.count >= size, let records = PaxRecord.read(content.prefix(Int(size)))
            else { throw damaged }
            if let record = records.last(where: { $0.name == "size" }) {
                largeSize = Int(String(decoding: record.value, as: UTF8.self))
                guard let largeSize, 0..<(1 << 62) ~= largeSize else { throw damaged }
            }
            header += Self.sorted(records).flatMap(\.all) + content.dropFirst(Int(size))
            try write(header[...])
        }
    }

    private var damaged: FileError { FileError("read", "the output of tar", code: EINVAL) }

    /// The attributes by name at the places that they have together, all others where they are.
    private static func sorted(_ records: [PaxRecord]) -> [PaxRecord] {
        let attributes = records.compactMap { record in record.attribute.map { ($0, record) } }
        var sorted = attributes.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }[...]
        return records.map { $0.attribute == nil ? $0 : sorted.removeFirst().1 }
    }

    private static func wholeBlocks(_ bytes: Int) -> Int { (bytes + 511) / 512 * 512 }

    // MARK: - Reading and writing

    /// So many bytes, or fewer at the end; nil when nothing is left.
    private mutating func take(_ count: Int) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard try fill() else { break }
            let part = buffer[unread].prefix(count - bytes.count)
            bytes += part
            unread = part.endIndex..<unread.upperBound
        }
        return bytes.isEmpty ? nil : bytes
    }

    private mutating func pass(_ count: Int) throws {
        var left = count
        while left > 0 {
            guard try fill() else { throw damaged }
            let part = buffer[unread].prefix(left)
            try write(part)
            unread = part.endIndex..<unread.upperBound
            left -= part.count
        }
    }

    /// Reads on when nothing is left in the buffer.
    /// - Returns: false at the end.
    private mutating func fill() throws -> Bool {
        guard unread.isEmpty else { return true }
        let count = buffer.withUnsafeMutableBytes { read(input, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw FileError.current("read", "the output of tar") }
        unread = 0..<count
        return count > 0
    }

    private func write(_ bytes: ArraySlice<UInt8>) throws {
        try bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(output, rest.base.baseAddress! + rest.startIndex, rest.count)
                guard count > 0 else { throw FileError.current("write", "the archive") }
                rest = rest.dropFirst(count)
            }
        }
    }
}
