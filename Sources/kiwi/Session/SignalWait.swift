import Foundation
import Synchronization

/// Waits until somebody asks the program to end: INT, TERM or HUP.
final class SignalWait: Sendable {
    /// Only kept: they end with the object.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]
    private let arrived: AsyncStream<Void>

    init() {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        arrived = stream
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
    }

    func wait() async {
        for await _ in arrived { return }
    }
}
