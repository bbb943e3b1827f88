import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The one log of a boot server: a line for each thing that happened.
///
/// Clients decide what is in it: control characters are replaced, and more than 100 lines in a second are counted
/// instead of written, so that nobody fills a disk.
public final class ServerLog: Sendable {
    private struct State {
        var second: time_t = 0
        var lines = 0
        var left = 0
    }

    private let state = Mutex(State())
    private let sink: @Sendable (String) -> Void
    private static let linesPerSecond = 100

    public init(sink: @escaping @Sendable (String) -> Void) { self.sink = sink }

    /// - Parameter service: `http`, `tftp` or `dhcp`.
    func write(_ service: String, _ text: String) {
        var now = time(nil)
        let (isWritten, left) = state.withLock { state -> (Bool, Int) in
            var left = 0
            if state.second != now {
                left = state.left
                state = State(second: now)
            }
            state.lines += 1
            let isWritten = state.lines <= Self.linesPerSecond
            if !isWritten { state.left += 1 }
            return (isWritten, left)
        }
        guard isWritten else { return }
        var parts = tm()
        localtime_r(&now, &parts)
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }
            .joined(separator: ":")
        if left > 0 { sink("\(clock) \(left) more lines left out") }
        sink("\(clock) \(service) \(Self.printable(text))")
    }

    static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(300) {
            result.append(scalar.value < 32 || (127...159).contains(scalar.value) ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }
}
