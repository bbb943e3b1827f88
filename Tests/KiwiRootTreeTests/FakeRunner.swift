import KiwiToolbox
import Synchronization

/// Answers calls from a closure and remembers them.
final class FakeRunner: CommandRunner {
    private let made = Mutex<[ToolCall]>([])
    private let answer: @Sendable (ToolCall) throws -> ToolResult

    init(_ answer: @escaping @Sendable (ToolCall) throws -> ToolResult = { _ in ToolResult(exitCode: 0) }) {
        self.answer = answer
    }

    var calls: [ToolCall] { made.withLock { $0 } }
    var lines: [String] { calls.map(\.displayLine) }

    func run(_ call: ToolCall) async throws -> ToolResult {
        made.withLock { $0.append(call) }
        let result = try answer(call)
        if case .lines(let receive) = call.output {
            for line in result.output.split(separator: "\n") { receive(String(line)) }
        }
        if !call.successCodes.contains(result.exitCode) {
            throw ToolFailure(call: call, exitCode: result.exitCode, lastLines: result.lastLines)
        }
        return result
    }
}

extension ToolResult {
    static func failed(_ text: String, code: Int32 = 100) -> ToolResult {
        ToolResult(exitCode: code, lastLines: text.split(separator: "\n").map(String.init))
    }
    static func output(_ text: String) -> ToolResult { ToolResult(exitCode: 0, output: text) }
}
