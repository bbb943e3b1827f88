import KiwiToolbox

/// What is known about a running build: turns events into lines, without printing.
///
/// Times are seconds on any clock. Steps that take less than a second leave no line.
struct ProgressModel: Sendable {
    struct Running: Sendable {
        var id: String
        var summary: String
        var started: Double
        var done: Int64 = 0
        var total: Int64 = 0
        var unit = ""
        /// Plain output: when this step was last mentioned.
        var mentioned: Double?
    }

    /// Messages below this level are not shown.
    var level: Int
    /// Whether a status line is redrawn; else long steps are announced by lines.
    var live: Bool
    var color: Bool
    private(set) var running: [Running] = []
    private(set) var reused = 0

    init(level: Int = 20, live: Bool = false, color: Bool = false) {
        self.level = level
        self.live = live
        self.color = color
    }

    /// Plain output: a step that runs this long is announced.
    static let announceAfter = 2.0
    /// Plain output: a step that is still running is mentioned again.
    static let mentionEvery = 30.0

    /// Takes an event and returns the lines to print.
    mutating func take(_ event: BuildEvent, at now: Double) -> [String] {
        switch event {
        case .message(let severity, let text):
            guard severity.rawValue >= level else { return [] }
            return [prefix(severity) + text]
        case .stepStarted(let id, let summary):
            running.append(Running(id: id, summary: summary, started: now))
            return level <= 10 ? [paint("start", "2") + " \(id): \(summary)"] : []
        case .stepProgress(let id, let done, let total, let unit):
            guard let index = running.firstIndex(where: { $0.id == id }) else { return [] }
            running[index].done = done
            running[index].total = total
            running[index].unit = unit
            return []
        case .stepFinished(let id, let seconds, let wasReused):
            let summary = running.first { $0.id == id }?.summary ?? id
            running.removeAll { $0.id == id }
            if wasReused { reused += 1 }
            if level > 20 { return [] }
            if wasReused { return level <= 10 ? [paint("reuse", "2") + " \(summary)"] : [] }
            guard seconds >= 1 || level <= 10 else { return [] }
            return [paint("done", "32") + "  \(summary) " + paint("(\(tenths(seconds)) s)", "2")]
        }
    }

    /// Plain output: lines about steps that have been running for long.
    mutating func tick(at now: Double) -> [String] {
        guard !live, level <= 20 else { return [] }
        var lines: [String] = []
        for index in running.indices {
            let step = running[index]
            if let mentioned = step.mentioned {
                guard now - mentioned >= Self.mentionEvery else { continue }
                let counts = Self.counts(step)
                lines.append("still \(step.summary)" + (counts.isEmpty ? "" : ": \(counts)"))
            } else {
                guard now - step.started >= Self.announceAfter else { continue }
                lines.append("start \(step.summary)")
            }
            running[index].mentioned = now
        }
        return lines
    }

    /// The status line of a terminal, nil when nothing runs.
    func status(at now: Double, columns: Int) -> String? {
        guard live, level <= 20, !running.isEmpty else { return nil }
        // The step with counts says most; among equals the oldest.
        let step = running.first { $0.total > 0 } ?? running[0]
        var parts = [step.summary]
        let counts = Self.counts(step)
        if !counts.isEmpty { parts.append(counts) }
        let elapsed = now - step.started
        if let rest = Self.remaining(step, elapsed) {
            parts.append("\(Self.clock(rest)) left")
        } else {
            parts.append(Self.clock(elapsed))
        }
        if running.count > 1 { parts.append("+\(running.count - 1)") }
        let line = parts.joined(separator: "  ")
        let room = max(10, columns - 1)
        return line.count <= room ? line : String(line.prefix(room - 3)) + "..."
    }

    private static func counts(_ step: Running) -> String {
        guard step.done > 0 || step.total > 0 else { return "" }
        if step.total <= 0 { return "\(step.done) \(step.unit)" }
        if step.unit == "%" { return "\(min(100, step.done * 100 / step.total))%" }
        return "\(step.done)/\(step.total) \(step.unit) (\(min(100, step.done * 100 / step.total))%)"
    }

    /// Seconds left, once a twentieth is done and two seconds have passed.
    private static func remaining(_ step: Running, _ elapsed: Double) -> Double? {
        guard step.total > 0, step.done * 20 >= step.total, step.done <= step.total, elapsed >= 2 else {
            return nil
        }
        return elapsed * Double(step.total - step.done) / Double(step.done)
    }

    private static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        let rest = whole % 60
        return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
    }

    private func prefix(_ level: BuildEvent.Level) -> String {
        switch level {
        case .debug: paint("debug: ", "2")
        case .info: ""
        case .warning: paint("warning: ", "1;33")
        case .error: paint("error: ", "1;31")
        }
    }

    private func paint(_ text: String, _ code: String) -> String {
        color ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
