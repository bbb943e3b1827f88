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

    private struct State {
        var total = 0
        var byClient: [IPv4Address: Int] = [:]
    }

    private let limit: Int
    private let limitByClient: Int
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    init(limit: Int, byClient: Int) {
        self.limit = limit
        limitByClient = byClient
    }

    /// Starts the work.
    /// - Returns: false when there is too much already; then nothing was started.
    func start(for client: IPv4Address, _ work: @escaping @Sendable () -> Void) -> Bool {
        let mayRun = state.withLock { state in
            guard state.total < limit, state.byClient[client, default: 0] < limitByClient else {
                return false
            }
            state.total += 1
            state.byClient[client, default: 0] += 1
            return true
        }
        guard mayRun else { return false }
        let thread = Thread { [self] in
            work()
            state.withLock { state in
                state.total -= 1
                let left = state.byClient[client, default: 1] - 1
                state.byClient[client] = left == 0 ? nil : left
            }
            ended.signal()
        }
        thread.stackSize = 1 << 19
        thread.start()
        return true
    }

    /// Waits until all work has ended, for some seconds at most.
    func wait(seconds: Double) {
        let deadline = DispatchTime.now() + seconds
        while state.withLock({ $0.total }) > 0, ended.wait(timeout: deadline) == .success {}
    }
}
