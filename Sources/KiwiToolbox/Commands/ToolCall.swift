/// One call of an external program: an argument array, never a shell string.
public struct ToolCall: Sendable {
    /// Where the program's standard input comes from.
    public enum Input: Sendable {
        case empty
        case text(String)
        case file(String)
    }

    /// What happens to the program's standard output. Standard error always goes to the log.
    public indirect enum Output: Sendable {
        /// To the log, line by line.
        case log
        /// Kept whole for the caller (up to `limit` bytes) and not logged.
        case capture(limit: Int = 16 << 20)
        /// Written to a new file and not logged.
        case file(String)
        /// Into the standard input of a second program, whose output may be piped on; the call
        /// succeeds when all do.
        case pipe(to: ToolCall)
        /// The same, with a change on the way: the closure reads the first descriptor to its end and writes
        /// the second one, on a thread of its own. It need not close them.
        case filtered(@Sendable (_ input: Int32, _ output: Int32) throws -> Void, to: ToolCall)
        /// To the log and to the closure, line by line (for progress); standard error too.
        case lines(@Sendable (String) -> Void)
    }

    /// Program name, looked up in PATH and the sbin folders, or an absolute path.
    /// With `root`, the path is looked up inside that tree.
    public var tool: String
    public var arguments: [String]
    /// Added to the minimal environment (PATH, LANG=C.UTF-8, TZ=UTC, proxies).
    public var environment: [String: String]
    /// Run the program inside this tree (chroot).
    public var root: String?
    /// Working directory; inside `root` always `/`.
    public var workingDirectory: String?
    public var input: Input
    public var output: Output
    /// Exit codes that mean success for this call.
    public var successCodes: Set<Int32>
    /// Put before each line in the log, for example `system: `.
    public var logPrefix: String
    /// Values that must never appear in the log or in an error.
    public var secrets: [String]

    public init(
        _ tool: String, _ arguments: [String] = [], environment: [String: String] = [:],
        root: String? = nil, workingDirectory: String? = nil, input: Input = .empty,
        output: Output = .log, successCodes: Set<Int32> = [0], logPrefix: String = "",
        secrets: [String] = []
    ) {
        self.tool = tool
        self.arguments = arguments
        self.environment = environment
        self.root = root
        self.workingDirectory = workingDirectory
        self.input = input
        self.output = output
        self.successCodes = successCodes
        self.logPrefix = logPrefix
        self.secrets = secrets
    }

    /// The call as a person would type it, quoted where needed, secrets masked.
    public var displayLine: String {
        let words = (root.map { ["chroot", $0] } ?? []) + [tool] + arguments
        var line = words.map(Self.quoted).joined(separator: " ")
        for secret in secrets where !secret.isEmpty { line = line.replacing(secret, with: "******") }
        return line
    }

    /// A word as a shell reads it back.
    public static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,+@%^".contains($0) }
        return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}

/// What a finished program left behind.
public struct ToolResult: Sendable {
    public var exitCode: Int32
    /// Standard output for `.capture`, else empty.
    public var output: String
    /// The last lines of output and error, for messages.
    public var lastLines: [String]

    public init(exitCode: Int32, output: String = "", lastLines: [String] = []) {
        self.exitCode = exitCode
        self.output = output
        self.lastLines = lastLines
    }
}

/// A program that failed: the call, how it ended and its last lines.
public struct ToolFailure: Error, Sendable {
    public var call: ToolCall
    /// Exit code, or 128 + signal number.
    public var exitCode: Int32
    public var lastLines: [String]

    public init(call: ToolCall, exitCode: Int32, lastLines: [String]) {
        self.call = call
        self.exitCode = exitCode
        self.lastLines = lastLines
    }
}

extension ToolFailure: CustomStringConvertible {
    public var description: String {
        "\(call.displayLine)\nended with \(exitCode)\n" + lastLines.joined(separator: "\n")
    }
}
