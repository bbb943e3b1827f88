import CKiwiLinux

#if canImport(Glibc)
    import Glibc
#endif

/// Set by SIGTERM, which comes when the outer process is gone or gave up waiting.
nonisolated(unsafe) private var mustEnd: sig_atomic_t = 0

/// The first process of the sandbox: starts the worker, reaps every orphan, and
/// ends with the worker's code, which ends everything that still runs.
///
/// Without a pid namespace it is only a subreaper, and ends by itself what the kernel
/// would have ended; it also undoes the recorded mounts.
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
        for signal in [SIGINT, SIGHUP, SIGPIPE] { Glibc.signal(signal, SIG_IGN) }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in mustEnd = 1 }
        sigaction(SIGTERM, &action, nil)
        guard let worker = SynchronousProcess.spawn(words) else { exit(127) }
        while true {
            var status: Int32 = 0
            let pid = waitpid(-1, &status, 0)
            if pid < 0, errno == EINTR, mustEnd == 0 { continue }
            guard pid == worker || pid < 0 else { continue }
            if !isFirst {
                killDescendants()
                if let journal = getenv(journalVariable) { MountTable.undoJournal(String(cString: journal)) }
            }
            exit(mustEnd != 0 ? 128 + SIGTERM : pid < 0 ? 127 : SynchronousProcess.exitCode(status))
        }
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
