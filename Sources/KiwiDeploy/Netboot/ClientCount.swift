import Foundation
import Synchronization

/// Work that a server does for clients: so many at the same time and no more, each in a thread of its own.
final class ClientCount: Sendable {
    /// Places of single clients.
    final class Places: Sendable {
        private let limit: Int
        private let taken = Mutex<[IPv4Address: Int]>([:])

        init(byClient limit: Int) { self.limit = limit }

        /// - Returns: false when the client has all its places.
        func enter(_ client: IPv4Address) -> Bool {
            taken.withLock { taken in
                guard taken[client, default: 0] < limit else { return false }
                taken[client, default: 0] += 1
                return true
            }
        }

        func leave(_ client: IPv4Address) {
            taken.withLock { taken in
                let left = taken[client, default: 1] - 1
                taken[client] = left == 0 ? nil : left
            }
        }
    }

    private let limit: Int
    private let places: Places
    private let total = Mutex(0)
    private let ended = DispatchSemaphore(value: 0)

    init(limit: Int, byClient: Int) {
        self.limit = limit
        places = Places(byClient: byClient)
    }

    /// Starts the work.
    /// - Returns: false when there is too much already; then nothing was started.
    func start(for client: IPv4Address, _ work: @escaping @Sendable () -> Void) -> Bool {
        let mayRun = total.withLock { total in
            guard total < limit, places.enter(client) else { return false }
            total += 1
            return true
        }
        guard mayRun else { return false }
        let thread = Thread { [self] in
            work()
            places.leave(client)
            total.withLock { $0 -= 1 }
            ended.signal()
        }
        thread.stackSize = 1 << 19
        thread.start()
        return true
    }

    /// Waits until all work has ended, for some seconds at most.
    func wait(seconds: Double) {
        let deadline = DispatchTime.now() + seconds
        while total.withLock({ $0 }) > 0, ended.wait(timeout: deadline) == .success {}
    }
}
