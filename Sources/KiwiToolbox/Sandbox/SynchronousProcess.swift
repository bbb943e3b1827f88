#if canImport(Glibc)
    import Glibc
#endif

/// Starts programs from the calling thread, before or outside of concurrency.
///
/// The sandbox is entered this way: a parent-death signal belongs to the thread
/// that started the child, so it must be the main thread, which lives as long as the process.
enum SynchronousProcess {
    /// Starts a program with these descriptors (number in the child: number here).
    /// - Returns: the process id, or nil when it cannot be started.
    static func spawn(
        _ words: [String], environment: [String: String]? = nil, descriptors: [Int32: Int32] = [:],
        ownGroup: Bool = false
    ) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (child, here) in descriptors { posix_spawn_file_actions_adddup2(&actions, here, child) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        if ownGroup {
            flags |= Int16(POSIX_SPAWN_SETPGROUP)
            posix_spawnattr_setpgroup(&attributes, 0)
        }
        posix_spawnattr_setflags(&attributes, flags)
        var variables: [String] = []
        if let environment {
            variables = environment.map { "\($0)=\($1)" }
        } else {
            var entry = environ
            while let text = entry.pointee {
                variables.append(String(cString: text))
                entry += 1
            }
        }
        var pid: pid_t = 0
        let code = withCStrings(words) { argv in
            withCStrings(variables) { envp in posix_spawnp(&pid, words[0], &actions, &attributes, argv, envp)
            }
        }
        return code == 0 ? pid : nil
    }

    /// Runs a program to its end and keeps what it prints.
    static func run(_ words: [String]) -> (exitCode: Int32, output: String) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return (127, "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        let pid = spawn(words, descriptors: [0: null, 1: ends[1], 2: ends[1]])
        close(ends[1])
        close(null)
        defer { close(ends[0]) }
        guard let pid else { return (127, "cannot start \(words[0])") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(ends[0], $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 || bytes.count > 1 << 16 { break }
            bytes += buffer[..<count]
        }
        return (wait(for: pid), String(decoding: bytes, as: UTF8.self))
    }

    /// Waits for a child: its exit code, or 128 + signal.
    static func wait(for pid: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return 127 } }
        return exitCode(status)
    }

    static func exitCode(_ status: Int32) -> Int32 {
        status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    }

    private static func withCStrings<Result>(
        _ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = words.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
