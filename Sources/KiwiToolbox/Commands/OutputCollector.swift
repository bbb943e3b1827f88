import Foundation
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif

/// Reads a program's output from a pipe on a thread of its own.
///
/// It ends at end of file, or shortly after `finish` when a daemon that the
/// program left behind still holds the pipe: a build never hangs on that.
final class OutputCollector: Sendable {
    private struct State {
        var partial: [UInt8] = []
        var lastLines: [String] = []
        var kept: [UInt8] = []
        var programEnded = false
        var outputEnded = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let descriptor: FileDescriptor
    private let keepLimit: Int?
    private let onLine: @Sendable (String) -> Void
    private static let lastLineCount = 40

    /// Collects for the log, and for the call's line closure.
    init(call: ToolCall, log: BuildLog, reading descriptor: FileDescriptor) {
        self.descriptor = descriptor
        keepLimit = nil
        let prefix = call.logPrefix
        let secrets = call.secrets.filter { !$0.isEmpty }
        let handler: (@Sendable (String) -> Void)? =
            if case .lines(let handler) = call.output { handler } else { nil }
        onLine = { line in
            let shown = secrets.reduce(line) { $0.replacing($1, with: "******") }
            log.line(prefix + shown)
            handler?(shown)
        }
    }

    /// Keeps everything up to a limit, logs nothing.
    init(keeping limit: Int, reading descriptor: FileDescriptor) {
        self.descriptor = descriptor
        keepLimit = limit
        onLine = { _ in }
    }

    func start() {
        let thread = Thread { self.loop() }
        thread.stackSize = 1 << 19
        thread.start()
    }

    /// Waits for the end of the output and returns the last lines.
    @discardableResult
    func finish() async -> [String] {
        await withCheckedContinuation { continuation in
            let ended = state.withLock { state -> Bool in
                state.programEnded = true
                if !state.outputEnded { state.waiter = continuation }
                return state.outputEnded
            }
            if ended { continuation.resume() }
        }
        return state.withLock { $0.lastLines }
    }

    /// What was kept.
    var text: String { state.withLock { String(decoding: $0.kept, as: UTF8.self) } }

    private func loop() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var quietRounds = 0
        while true {
            var request = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
            let ready = poll(&request, 1, 50)
            if ready < 0, errno == EINTR { continue }
            if ready == 0 {
                quietRounds += 1
                if quietRounds >= 4, state.withLock({ $0.programEnded }) { break }
                continue
            }
            quietRounds = 0
            let count = buffer.withUnsafeMutableBytes { read(descriptor.rawValue, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            accept(buffer[..<count])
        }
        let rest = state.withLock { state -> [UInt8] in
            defer { state.partial = [] }
            return state.partial
        }
        if !rest.isEmpty { emit(rest) }
        try? descriptor.close()
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.outputEnded = true
            return state.waiter
        }
        waiter?.resume()
    }

    private func accept(_ bytes: ArraySlice<UInt8>) {
        if let keepLimit {
            state.withLock { state in
                state.kept += bytes.prefix(max(0, keepLimit - state.kept.count))
            }
            return
        }
        let lines = state.withLock { state -> [[UInt8]] in
            state.partial += bytes
            var lines: [[UInt8]] = []
            while let end = state.partial.firstIndex(where: { $0 == 10 || $0 == 13 }) {
                lines.append(Array(state.partial[..<end]))
                state.partial.removeSubrange(...end)
            }
            // A program that never ends its line must not fill the memory.
            if state.partial.count > 1 << 16 {
                lines.append(state.partial)
                state.partial = []
            }
            return lines
        }
        for line in lines where !line.isEmpty { emit(line) }
    }

    private func emit(_ bytes: [UInt8]) {
        let line = String(decoding: bytes, as: UTF8.self)
        state.withLock { state in
            state.lastLines.append(line)
            if state.lastLines.count > Self.lastLineCount { state.lastLines.removeFirst() }
        }
        onLine(line)
    }
}
