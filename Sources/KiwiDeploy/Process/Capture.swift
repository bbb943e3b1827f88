import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// How a short helper program ended, with what it wrote.
public struct Captured: Sendable, Equatable {
    /// Exit code, 128 + signal number, or -1 when it could not be started.
    public var exitCode: Int32
    /// Standard output and standard error, mixed.
    public var text: String
    /// Whether it was ended for taking too long.
    public var timedOut: Bool

    public init(exitCode: Int32, text: String = "", timedOut: Bool = false) {
        self.exitCode = exitCode
        self.text = text
        self.timedOut = timedOut
    }
}

/// Runs a short program to its end and keeps what it writes (the first MiB).
public func capture(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    input: ChildProcess.Stream = .null, timeout: Double = 20
) async -> Captured {
    guard let pipe = Pipes.make() else { return Captured(exitCode: -1, text: "no more file descriptors") }
    let child: ChildProcess
    do {
        child = try ChildProcess(
            program, arguments, environment: environment, input: input,
            output: .descriptor(pipe.write), error: .descriptor(pipe.write))
    } catch {
        close(pipe.read)
        close(pipe.write)
        return Captured(exitCode: -1, text: "\(error)")
    }
    close(pipe.write)
    let deadline = Deadline(timeout, for: child)
    var kept: [UInt8] = []
    for await chunk in Pipes.chunks(pipe.read) where kept.count < 1 << 20 { kept += chunk }
    let code = await child.wait()
    deadline.cancel()
    return Captured(
        exitCode: code, text: String(decoding: kept, as: UTF8.self), timedOut: deadline.passed)
}

/// Pipes between this program and its children.
enum Pipes {
    /// A pipe that children do not inherit by accident.
    static func make() -> (read: Int32, write: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// What arrives, piece by piece, until the other end is closed. Closes the descriptor.
    static func chunks(_ descriptor: Int32) -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            let thread = Thread {
                var buffer = [UInt8](repeating: 0, count: 1 << 14)
                while true {
                    let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
                    if count < 0, errno == EINTR { continue }
                    if count <= 0 { break }
                    continuation.yield(Array(buffer[..<count]))
                }
                close(descriptor)
                continuation.finish()
            }
            thread.stackSize = 1 << 19
            thread.start()
        }
    }
}
