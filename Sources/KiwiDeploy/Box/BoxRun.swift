import KiwiDiagnostics
import KiwiToolbox
import Synchronization

/// One job, done by a box.
public struct BoxRun: Sendable {
    public var machine: BoxMachine
    public var job: BoxJob
    public var program: BoxProgram?
    public var work: BoxWork

    public init(machine: BoxMachine, job: BoxJob, program: BoxProgram?, work: BoxWork) {
        self.machine = machine
        self.job = job
        self.program = program
        self.work = work
    }

    static let start = "kiwi-box: start"
    static let end = "kiwi-box: end"

    /// - Parameters:
    ///   - console: told every line of the console, and whether the program in the box said it.
    /// - Returns: the exit code of the program in the box.
    /// - Throws: `box-failed` with the last lines of the console when it was never reached.
    public func run(
        console: @escaping @Sendable (_ line: String, _ isOfProgram: Bool) -> Void
    ) async throws -> Int32 {
        let shares = try job.shares()
        let options = try machine.options(
            shares, work: work, console: job.isDebugging ? .interactive : .headless)
        var ready = options
        let probe = await AccelerationProbe.run(options.kind)
        ready.acceleration = machine.isEmulated ? .tcg : probe.acceleration
        try FileSystem.makeFolder(work.job)
        try FileSystem.makeFolder(work.results)
        for (name, text) in job.files(shares) { try FileSystem.write(text, to: "\(work.job)/\(name)") }
        try FileSystem.write(try BoxProgram.script(), to: "\(work.job)/run")
        try await program?.copy(to: "\(work.job)/program")
        if !FileSystem.exists(machine.cacheDisk) {
            try FileSystem.makeSparse(machine.cacheDisk, bytes: Box.cacheBytes)
        }
        let text = Mutex((console: ConsoleText(), isOfProgram: false))
        let boot = BootRun(machine: ready, temporaryFolder: work.folder) { chunk in
            text.withLock { state in
                for line in state.console.take(chunk) {
                    if line.hasSuffix(Self.start) || line == Self.end {
                        state.isOfProgram = line != Self.end
                    } else {
                        console(line, state.isOfProgram)
                    }
                }
            }
        }
        if job.isDebugging {
            _ = try await boot.runInteractively()
        } else {
            let outcome = try await boot.runHeadless()
            if work.exitCode == nil { throw Self.failure(outcome) }
        }
        guard let code = work.exitCode else { throw Self.failure(nil) }
        return code
    }

    private static func failure(_ outcome: BootRun.Outcome?) -> Failure {
        let said = outcome.map { $0.complaints.prefix(10) + $0.lastLines.suffix(10) } ?? []
        let cause =
            said.last { $0.hasPrefix("kiwi-box: ") }.map { ": \($0.dropFirst("kiwi-box: ".count))" } ?? ""
        return Failure(
            .buildFailed,
            Diagnostic(
                "box-failed", "the box did not finish its work\(cause)",
                remedy: "try again with --debug, which shows everything the machine says",
                notes: said.filter { !$0.allSatisfy(\.isWhitespace) }))
    }
}
