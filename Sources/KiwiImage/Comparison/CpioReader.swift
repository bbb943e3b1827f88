import KiwiDiagnostics
import KiwiToolbox

/// A cpio archive in newc format.
///
///     "070701" or "070702", 13 numbers of 8 hex digits: inode, mode, uid, gid, links, mtime, size,
///     device 2, special device 2, name size, sum | name, padded to 4 | content, padded to 4
struct CpioReader: ArchiveReader {
    private enum State {
        case header
        case name(Header)
        case content(Header, path: String)
        case padding(Int)
        case end
    }

    private struct Header {
        var numbers: [Int64]
        var mode: UInt32 { UInt32(truncatingIfNeeded: numbers[1]) }
        var size: Int64 { numbers[6] }
        var nameSize: Int { Int(numbers[11]) }
        /// Names of one file share device and inode.
        var file: [Int64] { [numbers[0], numbers[7], numbers[8]] }
    }

    private var index = TreeIndex()
    private var state = State.header
    private var block: [UInt8] = []
    private var remaining: Int64 = 0
    private var digest = RunningDigest()
    private var kept: [UInt8]?
    private var target: [UInt8] = []
    /// Names of hard-linked files: the content comes with the last one.
    private var linked: [[Int64]: [String]] = [:]

    mutating func feed(_ bytes: ArraySlice<UInt8>) throws(Diagnostic) {
        var rest = bytes
        while !rest.isEmpty {
            switch state {
            case .end: return
            case .header:
                guard fill(&rest, to: 110) else { return }
                state = .name(try header())
                block = []
            case .name(let header):
                let padded = header.nameSize + (4 - (110 + header.nameSize) % 4) % 4
                guard fill(&rest, to: padded) else { return }
                let name = block.prefix(header.nameSize).prefix { $0 != 0 }
                block = []
                if name.elementsEqual("TRAILER!!!".utf8) {
                    state = .end
                } else {
                    begin(header, TreeIndex.path(name))
                }
            case .content(let header, let path):
                let count = Int(min(remaining, Int64(rest.count)))
                accept(rest.prefix(count), header)
                rest = rest.dropFirst(count)
                remaining -= Int64(count)
                if remaining == 0 { complete(header, path) }
            case .padding(let count):
                let taken = min(count, rest.count)
                rest = rest.dropFirst(taken)
                state = taken == count ? .header : .padding(count - taken)
            }
        }
    }

    mutating func finish() throws(Diagnostic) -> TreeIndex {
        guard case .end = state else { throw TarReader.damaged("it ends in the middle of a member") }
        return index
    }

    private mutating func fill(_ rest: inout ArraySlice<UInt8>, to count: Int) -> Bool {
        let taken = min(count - block.count, rest.count)
        block += rest.prefix(taken)
        rest = rest.dropFirst(taken)
        return block.count == count
    }

    private func header() throws(Diagnostic) -> Header {
        guard block.starts(with: "070701".utf8) || block.starts(with: "070702".utf8) else {
            throw TarReader.damaged("a header is wrong")
        }
        var numbers: [Int64] = []
        for start in stride(from: 6, to: 110, by: 8) {
            guard let number = Int64(String(decoding: block[start..<start + 8], as: UTF8.self), radix: 16),
                number >= 0
            else { throw TarReader.damaged("a number is wrong") }
            numbers.append(number)
        }
        guard numbers[11] > 0, numbers[11] <= 1 << 16 else { throw TarReader.damaged("a name is too long") }
        return Header(numbers: numbers)
    }

    private mutating func begin(_ header: Header, _ path: String) {
        remaining = header.size
        digest = RunningDigest()
        target = []
        kept = TreeIndex.keptPaths.contains(path) ? [] : nil
        state = .content(header, path: path)
        if remaining == 0 { complete(header, path) }
    }

    private mutating func accept(_ bytes: ArraySlice<UInt8>, _ header: Header) {
        digest.update(bytes)
        if TreeEntry.Kind(mode: header.mode) == .link, target.count < 1 << 16 { target += bytes }
        if let kept, kept.count < 64 << 20 { self.kept?.append(contentsOf: bytes) }
    }

    private mutating func complete(_ header: Header, _ path: String) {
        let padding = Int((4 - header.size % 4) % 4)
        state = padding == 0 ? .header : .padding(padding)
        guard let kind = TreeEntry.Kind(mode: header.mode) else { return }
        var entry = TreeEntry(
            kind: kind, mode: header.mode, user: Int(header.numbers[2]), group: Int(header.numbers[3]))
        entry.time = header.numbers[5]
        switch kind {
        case .file:
            entry.size = header.size
            entry.content = digest.hex
        case .link: entry.content = TreeIndex.text(target)
        case .characterDevice, .blockDevice: entry.content = "\(header.numbers[9]):\(header.numbers[10])"
        default: break
        }
        index.entries[path] = entry
        if let kept { index.kept[path] = kept }
        guard kind == .file, header.numbers[4] > 1 else { return }
        linked[header.file, default: []].append(path)
        if header.size > 0 { for name in linked[header.file] ?? [] { index.entries[name] = entry } }
    }
}
