import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Writes a tree as a cpio archive of the kind newc. What it holds depends on the tree and the
/// clock alone: sorted, inodes numbered anew, no device of the build machine.
struct NewcArchive {
    private let output: Int32
    private let clock: Int64
    private var written: Int64 = 0
    private var nextInode: UInt32 = 1
    private let outputPath: String

    /// - Parameter nodes: device nodes that the tree should have and cannot.
    /// - Returns: how many members were written.
    static func write(
        _ tree: String, _ entries: [TreeEntry], nodes: [DeviceNode], clock: Int64, to path: String
    ) throws -> Int {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.current("write", path) }
        defer { close(descriptor) }
        var archive = NewcArchive(output: descriptor, clock: clock, outputPath: path)
        try archive.add(entries, below: tree)
        for node in nodes { try archive.add(node) }
        try archive.finish()
        return entries.count + nodes.count
    }

    private init(output: Int32, clock: Int64, outputPath: String) {
        self.output = output
        self.clock = clock
        self.outputPath = outputPath
    }

    private mutating func add(_ entries: [TreeEntry], below tree: String) throws {
        // Names of one file share its number and the last of them carries the content, as readers expect.
        var names: [HardLink: (count: UInt32, left: UInt32, number: UInt32)] = [:]
        for entry in entries where entry.isFile && entry.links > 1 {
            names[entry.hardLink, default: (0, 0, 0)].count += 1
        }
        for entry in entries {
            let key = entry.hardLink
            guard var shared = names[key], entry.isFile, shared.count > 1 else {
                try add(
                    entry, below: tree, inode: takeInode(), links: entry.isFolder ? 2 : 1, withContent: true)
                continue
            }
            if shared.number == 0 {
                shared.number = takeInode()
                shared.left = shared.count
            }
            shared.left -= 1
            names[key] = shared
            try add(
                entry, below: tree, inode: shared.number, links: shared.count, withContent: shared.left == 0)
        }
    }

    private mutating func takeInode() -> UInt32 {
        defer { nextInode += 1 }
        return nextInode
    }

    private mutating func add(
        _ entry: TreeEntry, below tree: String, inode: UInt32, links: UInt32, withContent: Bool
    ) throws {
        var header = Header(
            inode: inode, mode: entry.mode, userID: entry.userID, groupID: entry.groupID, links: links,
            time: entry.time, name: entry.path.bytes)
        if entry.type == S_IFCHR || entry.type == S_IFBLK {
            header.major = UInt32((entry.nodeDevice >> 8) & 0xfff)
            header.minor = UInt32((entry.nodeDevice & 0xff) | ((entry.nodeDevice >> 12) & 0xfff00))
        }
        let place = entry.path.place(below: tree)
        if entry.isLink {
            guard let target = entry.path.linkTarget(below: tree) else {
                throw FileError.current("read", entry.path.text)
            }
            header.size = UInt32(target.count)
            try put(header)
            try put(target)
            return try pad()
        }
        guard entry.isFile, withContent, entry.size > 0 else { return try put(header) }
        guard entry.size <= Int64(UInt32.max) else {
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "file-too-large",
                    "'/\(entry.path.text)' has \(entry.size) bytes; a cpio archive holds files of at most \(UInt32.max)",
                    remedy: "write image=\"tbz\", or leave the file out"))
        }
        header.size = UInt32(entry.size)
        try put(header)
        try putContent(of: place, entry)
        try pad()
    }

    private mutating func add(_ node: DeviceNode) throws {
        let type: UInt32 = node.kind == .block ? 0o060000 : 0o020000
        var header = Header(
            inode: takeInode(), mode: type | node.mode & 0o7777, userID: node.userID, groupID: node.groupID,
            links: 1, time: clock, name: node.rawPath.bytes)
        header.major = node.major
        header.minor = node.minor
        try put(header)
    }

    private mutating func finish() throws {
        try put(
            Header(
                inode: 0, mode: 0, userID: 0, groupID: 0, links: 1, time: 0, name: Array("TRAILER!!!".utf8)))
        // In blocks of 512 bytes, as cpio writes them.
        try put([UInt8](repeating: 0, count: Int((512 - written % 512) % 512)))
    }

    private struct Header {
        var inode: UInt32
        var mode: UInt32
        var userID: UInt32
        var groupID: UInt32
        var links: UInt32
        var time: Int64
        var size: UInt32 = 0
        var major: UInt32 = 0
        var minor: UInt32 = 0
        var name: [UInt8]
    }

    private mutating func put(_ header: Header) throws {
        let time = UInt32(clamping: min(header.time, clock))
        let fields: [UInt32] = [
            header.inode, header.mode, header.userID, header.groupID, header.links, time, header.size, 0, 0,
            header.major, header.minor, UInt32(header.name.count + 1), 0,
        ]
        let text = fields.map { field in
            let digits = String(field, radix: 16, uppercase: true)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
        try put(Array(("070701" + text.joined()).utf8) + header.name + [0])
        try pad()
    }

    private mutating func putContent(of place: [CChar], _ entry: TreeEntry) throws {
        let input = open(place, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard input >= 0 else { throw FileError.current("read", entry.path.text) }
        defer { close(input) }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var done: Int64 = 0
        for part in FileHoles.data(of: input, size: entry.size) {
            try putHole(part.lowerBound - done)
            done = part.lowerBound
            while done < part.upperBound {
                let wanted = Int(min(Int64(buffer.count), part.upperBound - done))
                let count = buffer.withUnsafeMutableBytes {
                    pread(input, $0.baseAddress, wanted, off_t(done))
                }
                guard count >= 0 else { throw FileError.current("read", entry.path.text) }
                guard count > 0 else { throw FileError("read", entry.path.text, code: EIO) }
                try put(buffer[..<count])
                done += Int64(count)
            }
        }
        try putHole(entry.size - done)
    }

    /// Zeros, which take no room where the archive is a file: more is always written behind them.
    private mutating func putHole(_ size: Int64) throws {
        guard size > 0 else { return }
        if lseek(output, off_t(size), SEEK_CUR) >= 0 {
            written += size
            return
        }
        var left = size
        while left > 0 {
            let count = Int(min(left, 1 << 18))
            try put([UInt8](repeating: 0, count: count))
            left -= Int64(count)
        }
    }

    private mutating func pad() throws {
        try put([UInt8](repeating: 0, count: Int((4 - written % 4) % 4)))
    }

    private mutating func put(_ bytes: some RandomAccessCollection<UInt8>) throws {
        let count = try bytes.withContiguousStorageIfAvailable { buffer -> Int in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(output, buffer.baseAddress! + done, buffer.count - done)
                guard count > 0 else { throw FileError.current("write", outputPath) }
                done += count
            }
            return done
        }
        written += Int64(count ?? 0)
    }
}
