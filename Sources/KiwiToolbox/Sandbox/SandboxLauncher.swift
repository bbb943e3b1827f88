import CKiwiLinux
import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// Written by the signal handler, read by the launcher's loop.
nonisolated(unsafe) private var signalPipe: (read: Int32, write: Int32) = (-1, -1)

/// Starts this program again inside the sandbox and waits for it.
///

public enum SandboxLauncher {
    /// Environment variables that tell the worker where it is.
    public static let kindVariable = "KIWI_WORKER_SANDBOX"
    static let controlVariable = "KIWI_WORKER_CONTROL"
    private static let controlDescriptor: Int32 = 9
    /// Time the worker has to clean up before it is killed.
    static let graceMilliseconds: Int32 = 800

    /// The sandbox this process runs in; nil outside.
    public static var current: SandboxKind? {
        getenv(kindVariable).flatMap { SandboxKind(rawValue: String(cString: $0)) }
    }

    /// Runs the worker with the arguments of this process and returns its exit code, or
    /// 128 + signal when one has ended it.
    /// - Parameters:
    ///   - interactive: the worker keeps the terminal (a shell).
    ///   - environment: further variables for the worker.
    @MainActor
    public static func run(
        _ kind: SandboxKind, arguments: [String], environment: [String: String] = [:],
        interactive: Bool = false
    ) throws(Failure) -> Int32 {
        guard let program = FileSystem.realPath("/proc/self/exe") else {
            throw Failure(.machineLacks, Diagnostic("no-proc", "/proc is not mounted", remedy: "mount it"))
        }
        var ends: [Int32] = [0, 0]
        guard kiwi_pipe(&ends, 0) == 0 else {
            throw Failure(
                .machineLacks, Diagnostic("no-pipe", "cannot make a pipe", remedy: "close programs"))
        }
        let control = (read: ends[0], write: ends[1])
        var variables = currentEnvironment()
        variables.merge(environment) { $1 }
        variables[kindVariable] = kind.rawValue
        variables[Caller.variable] = "\(Caller.current.userID)"
        variables[controlVariable] = "\(controlDescriptor)"
        let words =
            (kind.unshareArguments.map { ["unshare"] + $0 + ["--"] } ?? [])
            + [program, InitProcess.argument, "--", program] + arguments
        installHandlers(interactive: interactive)
        guard
            let pid = SynchronousProcess.spawn(
                words, environment: variables, descriptors: [controlDescriptor: control.read],
                ownGroup: !interactive)
        else {
            throw Failure(
                .machineLacks,
                Diagnostic(
                    "missing-tool", "cannot start unshare", remedy: "install it: apt-get install util-linux"))
        }
        close(control.read)
        defer { close(control.write) }
        return waitLoop(pid, control: control.write, endSignal: SIGKILL)
    }

    private static func waitLoop(_ pid: pid_t, control: Int32, endSignal: Int32) -> Int32 {
        var ended: Int32?
        var deadline: Int64?
        while true {
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid {
                return ended.map { 128 + $0 } ?? SynchronousProcess.exitCode(status)
            }
            let wait = deadline.map { Int32(max(0, min(1000, $0 - now()))) } ?? 1000
            var request = pollfd(fd: signalPipe.read, events: Int16(POLLIN), revents: 0)
            if poll(&request, 1, wait) > 0 {
                var number: UInt8 = 0
                guard read(signalPipe.read, &number, 1) == 1, Int32(number) != SIGCHLD else { continue }
                var byte = number
                _ = write(control, &byte, 1)
                if ended == nil {
                    ended = Int32(number)
                    deadline = now() + Int64(graceMilliseconds)
                } else {
                    kill(pid, endSignal)
                }
            }
            if let limit = deadline, now() >= limit { kill(pid, endSignal) }
        }
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    private static func installHandlers(interactive: Bool) {
        var ends: [Int32] = [0, 0]
        _ = kiwi_pipe(&ends, 1)
        signalPipe = (ends[0], ends[1])
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            var byte = UInt8(truncatingIfNeeded: number)
            let saved = errno
            _ = write(signalPipe.write, &byte, 1)
            errno = saved
        }
        action.sa_flags = SA_RESTART
        for signal in [SIGTERM, SIGHUP, SIGCHLD] { sigaction(signal, &action, nil) }
        // In a shell, Ctrl-C belongs to the program in the foreground.
        if interactive { signal(SIGINT, SIG_IGN) } else { sigaction(SIGINT, &action, nil) }
        signal(SIGPIPE, SIG_IGN)
    }

    private static func currentEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }

    // MARK: The inner side

    /// The pipe from the outer process; nil outside the sandbox.
    static var controlEnd: Int32? { getenv(controlVariable).flatMap { Int32(String(cString: $0)) } }

    /// Waits until the outer process passes on a signal; nil when it is gone.
    /// Blocks its thread: call it on a thread of its own.
    static func nextControlSignal() -> Int32? {
        guard let text = getenv(controlVariable), let descriptor = Int32(String(cString: text)) else {
            return nil
        }
        var number: UInt8 = 0
        while true {
            let count = read(descriptor, &number, 1)
            if count == 1 { return Int32(number) }
            if count < 0, errno == EINTR { continue }
            return nil
        }
    }
}
