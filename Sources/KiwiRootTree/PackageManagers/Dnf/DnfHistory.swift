import KiwiDiagnostics
import KiwiToolbox

/// What dnf remembers of its transactions. Why a package is there is needed for as long as the system lives; when and
/// by which command line of the build it came is not, and would differ in every build.
struct DnfHistory: Sendable {
    let tree: RootTree

    /// dnf 4: times, user and paths of the build go.
    private static let path = "/var/lib/dnf/history.sqlite"
    /// dnf 5 has the reasons in files of their own; this is for `dnf5 history` alone.
    private static let pathOfFive = "/usr/lib/sysimage/libdnf5/transaction_history.sqlite"

    /// Python belongs to every dnf 4; RHEL 8 hides it.
    private static let interpreters = ["python3", "platform-python"]

    private static let script = """
        import sqlite3, sys
        path, limit = sys.argv[1], int(sys.argv[2])
        base = sqlite3.connect(path, isolation_level=None)
        for number, command in base.execute("SELECT id, cmdline FROM trans").fetchall():
            words = (command or "").split(" ")
            if "--config" not in words:
                continue
            plain = [word for at, word in enumerate(words)
                     if not word.startswith("-") and (at == 0 or words[at - 1] not in ("--config", "--installroot"))]
            base.execute("UPDATE trans SET cmdline = ?, user_id = -1 WHERE id = ?", (" ".join(plain), number))
        base.execute("UPDATE trans SET dt_begin = min(dt_begin, ?), dt_end = min(dt_end, ?)", (limit, limit))
        base.execute("PRAGMA journal_mode = DELETE")
        base.execute("VACUUM")
        base.close()
        """

    /// - Parameter time: nothing may be later, seconds since 1970.
    func settle(time: UInt32) async throws {
        for ending in ["", "-wal", "-shm"] { LocalFile.remove(try tree.resolve(Self.pathOfFive + ending)) }
        let file = try tree.resolve(Self.path)
        guard LocalFile.isFile(file) else { return }
        if tree.workspace.settings.hasTool(Self.interpreters[0]) {
            try await tree.workspace.runner.run(
                ToolCall(
                    Self.interpreters[0], ["-c", Self.script, file, "\(time)"], logPrefix: "dnf history: "))
        } else if let own = try TreeManager.find(Self.interpreters, in: tree) {
            try await tree.run(
                ToolCall(own.path, ["-c", Self.script, Self.path, "\(time)"], logPrefix: "dnf history: "))
        } else {
            tree.workspace.log.info("there is no python3: the history of dnf keeps the times of this build")
        }
    }
}
