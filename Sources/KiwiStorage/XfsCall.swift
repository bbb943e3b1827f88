import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Makes an xfs file system in a file from a prototype file, with a stopped clock.
public struct XfsCall: Sendable {
    public var output: String
    public var prototype: String
    public var bytes: Int64
    public var uuid: String
    public var clock: Int64
    public var label: String?
    public var options: [String] = []

    public init(to output: String, prototype: String, bytes: Int64, uuid: String, clock: Int64) {
        self.output = output
        self.prototype = prototype
        self.bytes = bytes
        self.uuid = uuid
        self.clock = clock
    }

    public var make: ToolCall {
        var words = ["mkfs.xfs", "-q", "-f", "-m", "uuid=\(uuid)", "-d", "size=\(bytes)"]
        if let label { words += ["-L", label] }
        words += options
        return ToolCall("faketime", ["-f", Self.date(clock)] + words + ["-p", prototype, output])
    }

    /// Sets sticky bits, which a prototype file cannot say.
    public func edit(_ script: String) -> ToolCall {
        ToolCall(
            "faketime", ["-f", Self.date(clock), "xfs_db", "-x", output], input: .text(script),
            output: .capture())
    }

    public var check: ToolCall { ToolCall("xfs_repair", ["-n", output]) }

    /// `YYYY-MM-DD hh:mm:ss` in UTC; without a leading `@` the clock stands still.
    static func date(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}
