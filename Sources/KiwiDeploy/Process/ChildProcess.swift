import Foundation
import KiwiToolbox
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A program that dies when this one does, whatever ends this one.
///
/// The kernel sends the parent-death signal when the *thread* that started the child
/// ends. A thread of its own therefore starts the program and waits for it.
public final class ChildProcess: Sendable {
    public enum Stream: Sendable, Equatable {
        /// The stream of this program.
        case inherit
        case null
        case descriptor(Int32)
    }

    private struct State {
        var identifier: pid_t = 0
        var status: Int32?
        var waiters: [CheckedContinuation<Int32, Never>] = []
    }

    private let state = Mutex(State())

    /// Starts a program, found in PATH and the sbin folders.
    /// - Throws: `FileError` when it cannot be started.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        input: Stream = .null, output: Stream = .inherit, error: Stream = .inherit,
        ownGroup: Bool = true
    ) throws {
        let started = DispatchSemaphore(value: 0)
        let failure = Mutex<Int32>(0)
        var values = ProcessInfo.processInfo.environment
        values["PATH"] = ProcessRunner.searchPath
        for (name, value) in environment { values[name] = value }
        let words = ["setpriv", "--pdeathsig", "KILL", "--", program] + arguments
        let settings = values.map { "\($0.key)=\($0.value)" }.sorted()
        guard let launcher = ToolCheck.find("setpriv") else {
            throw ProgramMissing("setpriv", package: "util-linux")
        }
        let thread = Thread { [self] in
            let result = Self.spawn(
                launcher, words, settings, streams: [input, output, error], ownGroup: ownGroup)
            switch result {
            case .failure(let code):
                failure.withLock { $0 = code.number }
                started.signal()
                return
            case .success(let identifier):
                state.withLock { $0.identifier = identifier }
                started.signal()
                var status: Int32 = 0
                while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
                finish(Self.exitCode(status))
            }
        }
        thread.stackSize = 1 << 19
        thread.start()
        started.wait()
        let code = failure.withLock { $0 }
        if code != 0 { throw ProgramNotStarted(program: program, code: code) }
    }

    /// The exit code, or 128 + signal number; nil while it runs.
    public var exitCode: Int32? { state.withLock { $0.status } }

    /// Waits for the end and returns the exit code, or 128 + signal number.
    public func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state -> Int32? in
                if state.status == nil { state.waiters.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Sends a signal to the program while it runs.
    public func send(_ signal: Int32) {
        state.withLock { if $0.status == nil, $0.identifier > 0 { _ = kill($0.identifier, signal) } }
    }

    /// Asks the program to end, and ends it by force after `grace` seconds.
    @discardableResult
    public func stop(grace: Double = 3) async -> Int32 {
        send(SIGTERM)
        let timer = Task { [self] in
            try await Task.sleep(for: .seconds(grace))
            send(SIGKILL)
        }
        let code = await wait()
        timer.cancel()
        return code
    }

    private func finish(_ code: Int32) {
        let waiters = state.withLock { state in
            state.status = code
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: code) }
    }

    private static func exitCode(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    private struct Code: Error { var number: Int32 }

    private static func spawn(
        _ path: String, _ words: [String], _ settings: [String], streams: [Stream], ownGroup: Bool
    ) -> Result<pid_t, Code> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in streams.enumerated() {
            switch stream {
            case .inherit: break
            case .null:
                posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
            case .descriptor(let descriptor):
                posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var flags = Int16(POSIX_SPAWN_SETSIGMASK)
        if ownGroup { flags |= Int16(POSIX_SPAWN_SETPGROUP) }
        posix_spawnattr_setflags(&attributes, flags)
        var identifier: pid_t = 0
        var argv = words.map { strdup($0) } + [nil]
        var envp = settings.map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        let code = posix_spawn(&identifier, path, &actions, &attributes, &argv, &envp)
        return code == 0 ? .success(identifier) : .failure(Code(number: code))
    }
}

/// A program that could not be started.
struct ProgramNotStarted: Error, CustomStringConvertible {
    var program: String
    var code: Int32
    var description: String { "cannot start \(program): \(String(cString: strerror(code)))" }
}

/// A program this machine lacks.
struct ProgramMissing: Error, CustomStringConvertible {
    var program: String
    var package: String
    init(_ program: String, package: String) {
        self.program = program
        self.package = package
    }
    var description: String { "'\(program)' is not installed (Debian package \(package))" }
}
