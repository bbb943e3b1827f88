import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// One machine running an image until an expectation is met, or until it ends.
public struct BootRun: Sendable {
    public var machine: MachineOptions
    /// Regular expressions that must appear on the serial console; empty: run until the machine ends.
    public var expectations: [String]
    /// What is typed on the serial console, in this order.
    public var answers: [ConsoleAnswer]
    /// Seconds until a machine with expectations is given up; nil waits for ever.
    public var timeout: Double?
    /// Where QEMU's overlays go: a folder on a real disk.
    public var temporaryFolder: String
    /// Receives the bytes of the serial console.
    public var console: @Sendable ([UInt8]) -> Void

    public init(
        machine: MachineOptions, expectations: [String] = [], answers: [ConsoleAnswer] = [],
        timeout: Double? = nil,
        temporaryFolder: String = "/var/tmp", console: @escaping @Sendable ([UInt8]) -> Void = { _ in }
    ) {
        self.machine = machine
        self.expectations = expectations
        self.answers = answers
        self.timeout = timeout
        self.temporaryFolder = temporaryFolder
        self.console = console
    }

    /// How a boot ended.
    public struct Outcome: Sendable {
        public enum End: Sendable, Equatable {
            case met
            case lost(String)
            case timedOut
            /// The machine was switched off, restarted or QEMU failed.
            case ended(Int32)
        }
        public var end: End
        public var seconds: Double
        public var lastLines: [String]
        public var missing: [String]
        /// What QEMU itself had to say.
        public var complaints: [String]
    }

    /// Boots without a terminal and watches the serial console.
    public func runHeadless() async throws -> Outcome {
        var watcher = try ConsoleWatcher(expecting: expectations)
        var typing = try ConsoleTyping(answers)
        guard let pipe = Pipes.make(), let errors = Pipes.make(), let keys = Pipes.make() else {
            throw ProgramNotStarted(program: machine.program, code: errno)
        }
        let start = ContinuousClock.now
        let child: ChildProcess
        do {
            child = try ChildProcess(
                machine.program, machine.arguments, environment: ["TMPDIR": temporaryFolder],
                input: .descriptor(keys.read), output: .descriptor(pipe.write),
                error: .descriptor(errors.write))
        } catch {
            for end in [pipe.read, pipe.write, errors.read, errors.write, keys.read, keys.write] {
                close(end)
            }
            throw error
        }
        close(pipe.write)
        close(errors.write)
        close(keys.read)
        // An end of the input would be an end of the console.
        defer { close(keys.write) }
        let complaints = Task {
            var text: [UInt8] = []
            for await chunk in Pipes.chunks(errors.read) where text.count < 1 << 16 { text += chunk }
            return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
                .filter { !$0.contains("terminating on signal") }
        }
        let deadline = Deadline(timeout, for: child)
        defer { deadline.cancel() }
        var end: Outcome.End?
        for await chunk in Pipes.chunks(pipe.read) {
            console(chunk)
            if let text = typing.take(chunk) {
                // Programs switch the echo off after they have asked.
                try? await Task.sleep(for: .seconds(1))
                _ = text.withUnsafeBytes { write(keys.write, $0.baseAddress, $0.count) }
            }
            guard end == nil else { continue }
            switch watcher.take(chunk) {
            case .waiting: continue
            case .met: end = .met
            case .lost(let why): end = .lost(why)
            }
            // Let the console finish its line, then end the machine cleanly: QEMU
            // flushes files that may be written.
            try? await Task.sleep(for: .milliseconds(300))
            child.send(SIGTERM)
        }
        let code = await child.stop()
        let outcome = end ?? (deadline.passed ? .timedOut : .ended(code))
        let seconds = ContinuousClock.now - start
        return Outcome(
            end: outcome,
            seconds: Double(seconds.components.seconds) + Double(seconds.components.attoseconds) / 1e18,
            lastLines: watcher.lastLines, missing: watcher.missing, complaints: await complaints.value)
    }

    /// Boots with the serial console and QEMU's monitor on this terminal.
    /// - Returns: QEMU's exit code, or 128 + signal number.
    public func runInteractively() async throws -> Int32 {
        let child = try ChildProcess(
            machine.program, machine.arguments, environment: ["TMPDIR": temporaryFolder], input: .inherit,
            ownGroup: false)
        return await child.wait()
    }
}
