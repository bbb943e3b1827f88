import CKiwiLinux

#if canImport(Glibc)
    import Glibc
#endif

/// The first process of the sandbox: starts the worker, reaps every orphan, and
/// ends with the worker's code, which ends everything that still runs.
///
/// It also ends everything when the outer process is gone and the worker, which sees
/// that too, has had its time to clean up. Without a pid namespace it is only a
/// subreaper, and ends by itself what the kernel would have ended; then it undoes the
/// recorded mounts.
///
/// Started as `kiwi __init -- PROGRAM ARGUMENTS...`.
public enum InitProcess {
    /// The argument that selects this mode.
    public static let argument = "__init"

    /// Runs as init; never returns.
    public static func run(_ arguments: [String]) -> Never {
        let words = Array(arguments.drop { $0 != "--" }.dropFirst())
        let isFirst = getpid() == 1
        // Without a pid namespace, orphans come to us all the same.
        if !isFirst { _ = kiwi_become_subreaper() }
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { Glibc.signal(signal, SIG_IGN) }
        // SIGCHLD only wakes the wait below; it is let through nowhere else.
        Glibc.signal(SIGCHLD) { _ in }
        var childSignal = sigset_t()
        sigemptyset(&childSignal)
        sigaddset(&childSignal, SIGCHLD)
        sigprocmask(SIG_BLOCK, &childSignal, nil)
        guard let worker = SynchronousProcess.spawn(words) else { exit(127) }
        var deadline: Int64?
        while true {
            var status: Int32 = 0
            var pid = waitpid(-1, &status, WNOHANG)
            while pid > 0, pid != worker { pid = waitpid(-1, &status, WNOHANG) }
            if pid == worker { end(SynchronousProcess.exitCode(status), isFirst) }
            if let deadline, SandboxLauncher.now() >= deadline { end(128 + SIGKILL, isFirst) }
            let watched = deadline == nil ? SandboxLauncher.controlEnd ?? -1 : -1
            if kiwi_wait(watched, deadline == nil ? 1000 : 50) != 0 {
                deadline = SandboxLauncher.now() + Int64(SandboxLauncher.graceMilliseconds)
            }
        }
    }

    private static func end(_ code: Int32, _ isFirst: Bool) -> Never {
        if !isFirst {
            killDescendants()
            if let journal = getenv(journalVariable) { MountTable.undoJournal(String(cString: journal)) }
        }
        exit(code)
    }

    /// Names the file in which the worker records its mounts.
    static let journalVariable = "KIWI_WORKER_JOURNAL"

    /// Ends what the worker left running, where no pid namespace does it.
    private static func killDescendants() {
        for _ in 0..<50 {
            let children = descendants(of: getpid())
            if children.isEmpty { return }
            for child in children { kill(child, SIGKILL) }
            var status: Int32 = 0
            while waitpid(-1, &status, WNOHANG) > 0 {}
            usleep(10_000)
        }
    }

    private static func descendants(of ancestor: pid_t) -> [pid_t] {
        var parents: [pid_t: pid_t] = [:]
        for name in (try? FileSystem.names(in: "/proc")) ?? [] {
            guard let pid = pid_t(name), let text = try? FileSystem.readText("/proc/\(pid)/stat"),
                let end = text.lastIndex(of: ")")
            else { continue }
            let fields = text[text.index(after: end)...].split(separator: " ")
            if fields.count > 1, fields[0] != "Z", let parent = pid_t(fields[1]) { parents[pid] = parent }
        }
        var found: Set<pid_t> = [ancestor]
        var grew = true
        while grew {
            grew = false
            for (pid, parent) in parents where found.contains(parent) && found.insert(pid).inserted {
                grew = true
            }
        }
        found.remove(ancestor)
        return Array(found)
    }
}
