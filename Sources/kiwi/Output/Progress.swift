import Foundation
import KiwiToolbox

/// Chooses how a build is shown, and ends the display with it.
enum Progress {
    static func showing<Result: Sendable>(
        _ global: GlobalOptions, _ body: (any BuildObserver) async throws -> Result
    ) async throws -> Result {
        try await showing(level: global.level, forceColor: global.colorOutput, logFile: global.logfile, body)
    }

    /// - Parameter logFile: `stdout` sends messages there in KIWI's log format.
    static func showing<Result: Sendable>(
        level: Int, forceColor: Bool, logFile: String?, _ body: (any BuildObserver) async throws -> Result
    ) async throws -> Result {
        if logFile == "stdout" { return try await body(LogObserver(level: level)) }
        let observer = ProgressObserver(
            terminal: Terminal.of(STDERR_FILENO, forced: forceColor), level: level)
        defer { observer.end() }
        return try await body(observer)
    }
}
