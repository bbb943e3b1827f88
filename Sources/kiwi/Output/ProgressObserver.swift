import Foundation
import KiwiToolbox
import Synchronization

/// Shows a build on standard error: a redrawn status line on a terminal, lines elsewhere.
final class ProgressObserver: BuildObserver {
    private struct State: Sendable {
        var model: ProgressModel
        var drawn = false
        var lastDrawn = -1.0
        var ended = false
    }

    private let state: Mutex<State>
    private let columns: Int
    private let start = ContinuousClock.now

    init(terminal: Terminal, level: Int) {
        state = Mutex(
            State(model: ProgressModel(level: level, live: terminal.isTerminal, color: terminal.color)))
        columns = terminal.columns
        let ticker = Thread { [weak self] in
            while true {
                Thread.sleep(forTimeInterval: 0.5)
                guard let self, self.tick() else { return }
            }
        }
        ticker.stackSize = 1 << 19
        ticker.start()
    }

    func observe(_ event: BuildEvent) {
        state.withLock { state in
            let now = seconds
            let lines = state.model.take(event, at: now)
            // Progress may come hundreds of times a second.
            if case .stepProgress = event, now - state.lastDrawn < 0.1 { return }
            draw(lines, now, &state)
        }
    }

    /// Removes the status line. Call before anything else is printed and at the end.
    func end() {
        state.withLock { state in
            state.ended = true
            if state.drawn { Output.raw(Array("\r\u{1b}[K".utf8), to: STDERR_FILENO) }
            state.drawn = false
        }
    }

    private func tick() -> Bool {
        state.withLock { state in
            guard !state.ended else { return false }
            let now = seconds
            draw(state.model.tick(at: now), now, &state)
            return true
        }
    }

    private func draw(_ lines: [String], _ now: Double, _ state: inout State) {
        let status = state.ended ? nil : state.model.status(at: now, columns: columns)
        guard !lines.isEmpty || status != nil || state.drawn else { return }
        var text = state.drawn ? "\r\u{1b}[K" : ""
        for line in lines { text += line + "\n" }
        text += status ?? ""
        state.drawn = status != nil
        state.lastDrawn = now
        Output.raw(Array(text.utf8), to: STDERR_FILENO)
    }

    private var seconds: Double {
        let passed = ContinuousClock.now - start
        return Double(passed.components.seconds) + Double(passed.components.attoseconds) / 1e18
    }
}

/// `--logfile stdout`: every message as a line in KIWI's format on standard output.
struct LogObserver: BuildObserver {
    var level: Int

    func observe(_ event: BuildEvent) {
        guard case .message(let severity, let text) = event, severity.rawValue >= level else { return }
        let name = "\(severity)".uppercased()
        let padded = name + String(repeating: " ", count: max(0, 8 - name.count))
        Output.result("[ \(padded)]: \(Self.clock()) | \(text)")
    }

    private static func clock() -> String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        return [parts.tm_hour, parts.tm_min, parts.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(
            separator: ":")
    }
}
