import KiwiToolbox

/// Calls that make an ext file system in a file from a folder, with equal bytes for equal input.
///
/// `mke2fs -d` copies access and change times of its source and takes them in reading
/// order; the folder is therefore a copy written in sorted order, and the times are set
/// afterwards (`timesScript`).
public struct ExtCall: Sendable {
    public var kind: FileSystemKind
    public var source: String
    public var output: String
    public var bytes: Int64
    public var uuid: String
    public var clock: Int64
    /// Whether an ext4 gets a journal: what lies read-only below an overlay needs none.
    public var journal = false
    public var label: String?
    /// From `fscreateoptions`.
    public var options: [String] = []

    public init(
        _ kind: FileSystemKind, from source: String, to output: String, bytes: Int64, uuid: String,
        clock: Int64
    ) {
        self.kind = kind
        self.source = source
        self.output = output
        self.bytes = bytes
        self.uuid = uuid
        self.clock = clock
    }

    /// The tools of this version of e2fsprogs know the time only from here.
    private var environment: [String: String] {
        ["E2FSPROGS_FAKE_TIME": "\(clock)", "SOURCE_DATE_EPOCH": "\(clock)"]
    }

    public var make: ToolCall {
        var words = ["-q", "-F", "-t", kind.rawValue]
        // Older kernels and GRUB 2.06 refuse the seed.
        if kind == .ext4 { words += ["-O", (journal ? "" : "^has_journal,") + "^metadata_csum_seed"] }
        if let label { words += ["-L", label] }
        words += ["-U", uuid, "-E", "hash_seed=\(uuid),root_owner=0:0"]
        words += options + ["-d", source, output, "\(bytes / ByteCount.kibi)k"]
        return ToolCall("mke2fs", words, environment: environment)
    }

    /// Lists groups with their free inodes.
    public var list: ToolCall { ToolCall("dumpe2fs", [output], output: .capture()) }

    /// Reads commands from a file.
    public func edit(script: String) -> ToolCall {
        ToolCall("debugfs", ["-w", "-f", script, output], environment: environment, output: .capture())
    }

    public var check: ToolCall { ToolCall("e2fsck", ["-f", "-n", output], environment: environment) }

    /// Sets the times that `mke2fs -d` takes from the copy.
    public func timesScript(inodes: [Int]) -> String {
        var text = ""
        for inode in inodes {
            for name in ["atime", "ctime", "crtime"] {
                text += "sif <\(inode)> \(name) @\(clock)\nsif <\(inode)> \(name)_extra 0\n"
            }
        }
        return text
    }

    /// The inodes in use, from the output of dumpe2fs.
    public static func usedInodes(dump: String) -> [Int] {
        var count = 0
        var free: [ClosedRange<Int>] = []
        for line in dump.split(separator: "\n") {
            if line.hasPrefix("Inode count:") { count = Int(line.split(separator: " ").last ?? "") ?? 0 }
            guard line.hasPrefix("  Free inodes:") else { continue }
            for range in line.dropFirst("  Free inodes:".count).split(separator: ",") {
                let ends = range.split(separator: "-").compactMap { Int($0.filter(\.isNumber)) }
                if let first = ends.first, let last = ends.last, first <= last { free.append(first...last) }
            }
        }
        free.sort { $0.lowerBound < $1.lowerBound }
        var used: [Int] = []
        var next = 1
        for range in free where range.upperBound >= next {
            used += Array(next..<max(next, range.lowerBound))
            next = range.upperBound + 1
        }
        if next <= count { used += Array(next...count) }
        // 3 to 10 are the file system's own.
        return used.filter { $0 == 2 || $0 > 10 }
    }
}
