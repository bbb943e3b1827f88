import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Ends a program by force when it takes too long.
final class Deadline: Sendable {
    private let hit = Mutex(false)
    private let timer = Mutex<Task<Void, any Error>?>(nil)

    /// - Parameter seconds: nil waits for ever.
    init(_ seconds: Double?, for child: ChildProcess) {
        guard let seconds else { return }
        let task = Task { [weak self] in
            try await Task.sleep(for: .seconds(seconds))
            self?.hit.withLock { $0 = true }
            child.send(SIGKILL)
        }
        timer.withLock { $0 = task }
    }

    /// Whether the program was ended.
    var passed: Bool { hit.withLock { $0 } }

    func cancel() { timer.withLock { $0?.cancel() } }
}
