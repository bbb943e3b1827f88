import KiwiToolbox

/// A call of mkfs.erofs whose output depends on nothing but the folder, the clock and the UUID.
public struct ErofsCall: Sendable {
    public var source: String
    public var output: String
    /// `erofscompression`, passed to `-z`; nil stores the files as they are.
    public var compression: String?
    public var uuid: String
    public var label: String?
    public var excluded: [String] = []
    public var options: [String] = []
    public var clock: Int64

    public init(_ source: String, to output: String, uuid: String, clock: Int64) {
        self.source = source
        self.output = output
        self.uuid = uuid
        self.clock = clock
    }

    public var call: ToolCall {
        var words = ["--quiet", "-T\(clock)", "-U\(uuid)"]
        if let compression { words.append("-z\(compression)") }
        if let label { words += ["-L", label] }
        words += excluded.map { "--exclude-path=\($0)" } + options + [output, source]
        return ToolCall("mkfs.erofs", words)
    }
}
