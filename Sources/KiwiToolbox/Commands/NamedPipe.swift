import Foundation

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
        let reader = ThreadTask {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileError.current("open", path) }
            defer { close(descriptor) }
            return try reading(descriptor)
        }
        var failure: (any Error)?
        do { try await writing(path) } catch { failure = error }
        // A reader whose writer never came would wait for ever.
        let end = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        if end >= 0 { close(end) }
        let result = await reader.result()
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
}
