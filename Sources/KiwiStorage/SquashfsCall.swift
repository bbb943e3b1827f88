import KiwiToolbox

/// A call of mksquashfs whose output depends on nothing but the folder and the clock.
public struct SquashfsCall: Sendable {
    public var source: String
    public var output: String
    public var compression: SquashCompression
    /// Compression level; nil for the tool's own (zstd 15).
    public var level: Int?
    /// `x86`, `powerpc`...: the filter xz uses on machine code; nil for none.
    public var xzFilter: String?
    /// Paths to leave out, relative to the folder.
    public var excluded: [String] = []
    /// Lines in mksquashfs's pseudo file form (device nodes).
    public var pseudo: [String] = []
    /// All files belong to root and have no extended attributes (for a folder of images).
    public var ownedByRoot = false
    /// From `fscreateoptions`.
    public var options: [String] = []
    public var clock: Int64
    public var processors: Int

    public init(
        _ source: String, to output: String, compression: SquashCompression, clock: Int64, processors: Int
    ) {
        self.source = source
        self.output = output
        self.compression = compression
        self.clock = clock
        self.processors = processors
    }

    public var call: ToolCall {
        var words = [source, output, "-noappend", "-no-progress", "-b", "1M"]
        switch compression {
        case .uncompressed: words += ["-noI", "-noD", "-noF", "-noX"]
        case .xz:
            words += ["-comp", "xz"]
            if let xzFilter { words += ["-Xbcj", xzFilter] }
        default:
            words += ["-comp", compression.rawValue]
            if compression == .zstd, let level { words += ["-Xcompression-level", "\(level)"] }
        }
        words += ["-processors", "\(max(1, processors))"]
        if ownedByRoot { words += ["-all-root", "-no-xattrs"] }
        for line in pseudo { words += ["-p", line] }
        words += options
        // Everything after -e is left out, so it comes last.
        if !excluded.isEmpty { words += ["-e"] + excluded }
        // Also limits the files' times; giving -mkfs-time as well would be refused.
        return ToolCall("mksquashfs", words, environment: ["SOURCE_DATE_EPOCH": "\(clock)"])
    }
}
