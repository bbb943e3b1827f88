import Foundation
import KiwiToolbox
import Synchronization
import Testing

@Suite struct ProcessRunnerTests {
    private let runner = ProcessRunner(log: BuildLog())

    @Test func capturesStandardOutputOnly() async throws {
        let result = try await runner.run(
            ToolCall("sh", ["-c", "echo out; echo err >&2"], output: .capture()))
        #expect(result.output == "out\n")
        #expect(result.lastLines == ["err"])
    }

    @Test func failureKeepsTheLastLines() async {
        do {
            try await runner.run(
                ToolCall("sh", ["-c", "for i in $(seq 100); do echo line $i; done; exit 3"]))
            Issue.record("no error")
        } catch let failure as ToolFailure {
            #expect(failure.exitCode == 3)
            #expect(failure.lastLines.count == 40)
            #expect(failure.lastLines.last == "line 100")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func signalsAndMissingProgramsAreFailures() async {
        await #expect(throws: ToolFailure.self) {
            try await runner.run(ToolCall("sh", ["-c", "kill -9 $$"]))
        }
        await #expect(throws: ToolFailure.self) { try await runner.run(ToolCall("no-such-program")) }
    }

    @Test func otherExitCodesCanMeanSuccess() async throws {
        let result = try await runner.run(ToolCall("sh", ["-c", "exit 102"], successCodes: [0, 102]))
        #expect(result.exitCode == 102)
    }

    @Test func pipesIntoASecondProgram() async throws {
        let reader = ToolCall("tr", ["a-z", "A-Z"], output: .capture())
        let result = try await runner.run(ToolCall("printf", ["hello"], output: .pipe(to: reader)))
        #expect(result.output == "HELLO")
    }

    @Test func aFailedWriterFailsThePipe() async {
        let reader = ToolCall("cat", output: .capture())
        await #expect(throws: ToolFailure.self) {
            try await runner.run(ToolCall("sh", ["-c", "echo x; exit 4"], output: .pipe(to: reader)))
        }
    }

    @Test func aDaemonThatKeepsThePipeOpenDoesNotHang() async throws {
        let start = ContinuousClock.now
        try await runner.run(ToolCall("sh", ["-c", "sleep 900 & echo done"]))
        #expect(start.duration(to: .now) < .seconds(300))
    }

    @Test func cancellationEndsTheProgram() async throws {
        let task = Task { try await runner.run(ToolCall("sleep", ["900"])) }
        try await Task.sleep(for: .milliseconds(200))
        let start = ContinuousClock.now
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(start.duration(to: .now) < .seconds(300))
    }

    @Test func secretsAreMasked() async throws {
        let seen = Lines()
        let runner = ProcessRunner(log: BuildLog(observer: seen))
        try await runner.run(ToolCall("echo", ["my-passphrase"], secrets: ["my-passphrase"]))
        #expect(!seen.all.contains { $0.contains("my-passphrase") })
        #expect(seen.all.contains { $0.contains("******") })
    }

    @Test func inputComesFromText() async throws {
        let result = try await runner.run(ToolCall("cat", input: .text("given"), output: .capture()))
        #expect(result.output == "given")
    }

    private final class Lines: BuildObserver {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func observe(_ event: BuildEvent) {
            if case .message(_, let text) = event { lines.withLock { $0.append(text) } }
        }
    }
}
