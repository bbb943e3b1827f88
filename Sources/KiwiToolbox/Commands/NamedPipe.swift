import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Lets this process read, on a thread of its own, what programs write.
public enum NamedPipe {
    /// Calls `writing` with the name of a pipe that programs open for writing, and `reading` with
    /// the open other end.
    ///
    /// - Parameter folder: where the pipe is made.
    /// - Returns: what `reading` returns, once both have ended.
    /// - Throws: the reader's error when the writers failed because it had gone, else the writers'.
    public static func read<Result: Sendable>(
        in folder: String, writing: (String) async throws -> Void,
        reading: @escaping @Sendable (Int32) throws -> Result
    ) async throws -> Result {
        let scratch = try ScratchFolder(in: folder)
        defer { scratch.remove() }
        let path = "\(scratch.path)/pipe"
        guard mkfifo(path, 0o600) == 0 else { throw FileError.current("make", path) }
        let outcome = Outcome<Result>()
        Thread.detachNewThread {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return outcome.set(.failure(FileError.current("open", path))) }
            let result = Swift.Result { try reading(descriptor) }
            close(descriptor)
            outcome.set(result)
        }
        var failure: (any Error)?
        do { try await writing(path) } catch { failure = error }
        // A reader whose writer never came would wait for ever.
        let end = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        if end >= 0 { close(end) }
        let result = await outcome.value()
        if let failure {
            if case .failure(let error) = result, isBrokenPipe(failure) { throw error }
            throw failure
        }
        return try result.get()
    }

    private static func isBrokenPipe(_ error: any Error) -> Bool {
        guard let failure = error as? ToolFailure else { return false }
        return failure.exitCode == 128 + SIGPIPE
            || failure.lastLines.contains { $0.contains("Broken pipe") || $0.contains("broken pipe") }
    }

    /// A result that one thread sets and one task waits for.
    private final class Outcome<Value: Sendable>: Sendable {
        private struct State {
            var result: Swift.Result<Value, any Error>?
            var waiter: CheckedContinuation<Swift.Result<Value, any Error>, Never>?
        }
        private let state = Mutex(State())

        func set(_ result: Swift.Result<Value, any Error>) {
            let waiter = state.withLock { state in
                state.result = result
                return state.waiter
            }
            waiter?.resume(returning: result)
        }

        func value() async -> Swift.Result<Value, any Error> {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    if state.result == nil { state.waiter = continuation }
                    return state.result
                }
                if let ready { continuation.resume(returning: ready) }
            }
        }
    }
}
