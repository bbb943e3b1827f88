import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif

/// Runs real programs through swift-subprocess.
///
/// Every program gets an empty standard input (unless the call gives one), a
/// process group of its own and a small environment; its output goes line by
/// line to the log, and the last lines are kept for the error.
public struct ProcessRunner: CommandRunner {
    private let log: BuildLog
    private let environment: [String: String]

    /// - Parameter environment: added to PATH, LANG and TZ for every program, for example proxies.
    public init(log: BuildLog, environment: [String: String] = [:]) {
        self.log = log
        self.environment = environment
    }

    /// Where programs are looked up, on the build machine and inside trees.
    public static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    @discardableResult
    public func run(_ call: ToolCall) async throws -> ToolResult {
        try await run(call, input: try inputDescriptor(of: call))
    }

    /// Runs a program and, side by side, all that its output is piped into.
    private func run(_ call: ToolCall, input: Source) async throws -> ToolResult {
        switch call.output {
        case .pipe(let reader):
            let (readEnd, writeEnd) = try closedOnExecPipe()
            return try await run(call, input: input, into: writeEnd, reader, from: readEnd)
        case .filtered(let filter, let reader):
            let (filterInput, writeEnd) = try closedOnExecPipe()
            let (readEnd, filterOutput) = try closedOnExecPipe()
            let filtering = ThreadTask {
                defer {
                    try? filterInput.close()
                    try? filterOutput.close()
                }
                try filter(filterInput.rawValue, filterOutput.rawValue)
            }
            let outcome: Result<ToolResult, any Error>
            do {
                outcome = .success(try await run(call, input: input, into: writeEnd, reader, from: readEnd))
            } catch {
                outcome = .failure(error)
            }
            // A filter that fails breaks both pipes: it is the cause, unless its reader has gone.
            if case .failure(let error) = await filtering.result(), (error as? FileError)?.code != EPIPE {
                throw error
            }
            return try outcome.get()
        default:
            return try await run(call, input: input, pipeOutput: nil)
        }
    }

    private func run(
        _ call: ToolCall, input: Source, into writeEnd: FileDescriptor, _ reader: ToolCall,
        from readEnd: FileDescriptor
    ) async throws -> ToolResult {
        async let second = run(reader, input: .descriptor(readEnd))
        async let first = run(call, input: input, pipeOutput: writeEnd)
        // The writer's failure is the cause when both fail, unless the reader broke the pipe.
        do {
            _ = try await first
        } catch let failure as ToolFailure where failure.exitCode == 128 + SIGPIPE {
            _ = try await second
            throw failure
        }
        return try await second
    }

    private enum Source {
        case empty
        case text(String)
        case descriptor(FileDescriptor)
    }

    private func inputDescriptor(of call: ToolCall) throws -> Source {
        switch call.input {
        case .empty: return .empty
        case .text(let text): return .text(text)
        case .file(let path):
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileError.current("open", path) }
            return .descriptor(FileDescriptor(rawValue: descriptor))
        }
    }

    private func run(_ call: ToolCall, input: Source, pipeOutput: FileDescriptor?) async throws -> ToolResult
    {
        try Task.checkCancellation()
        log.line("EXEC: \(call.displayLine)")
        let (readEnd, writeEnd) = try closedOnExecPipe()
        let collector = OutputCollector(call: call, log: log, reading: readEnd)
        var output = writeEnd
        var closeOutput = false
        if let pipeOutput {
            output = pipeOutput
            closeOutput = true
        } else if case .file(let path) = call.output {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw FileError.current("create", path) }
            output = FileDescriptor(rawValue: descriptor)
            closeOutput = true
        }
        var capture: OutputCollector?
        if case .capture(let limit) = call.output {
            let (captureRead, captureWrite) = try closedOnExecPipe()
            capture = OutputCollector(keeping: limit, reading: captureRead)
            output = captureWrite
            closeOutput = true
        }
        collector.start()
        capture?.start()
        let status: TerminationStatus
        do {
            status = try await spawn(call, input: input, output: output, error: writeEnd)
        } catch {
            if closeOutput { try? output.close() }
            try? writeEnd.close()
            await collector.finish()
            await capture?.finish()
            if error is CancellationError { throw error }
            throw ToolFailure(call: call, exitCode: 127, lastLines: ["cannot start \(call.tool): \(error)"])
        }
        if closeOutput { try? output.close() }
        try? writeEnd.close()
        let lastLines = await collector.finish()
        await capture?.finish()
        let code: Int32 =
            switch status {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        try Task.checkCancellation()
        guard call.successCodes.contains(code) else {
            log.line("EXEC: \(call.tool) ended with \(code)")
            throw ToolFailure(call: call, exitCode: code, lastLines: lastLines.map(log.masked))
        }
        return ToolResult(exitCode: code, output: capture?.text ?? "", lastLines: lastLines)
    }

    private func spawn(
        _ call: ToolCall, input: Source, output: FileDescriptor, error: FileDescriptor
    ) async throws -> TerminationStatus {
        let words = (call.root.map { ["chroot", $0] } ?? []) + [call.tool] + call.arguments
        var variables = [
            "PATH": Self.searchPath, "LANG": "C.UTF-8", "TZ": "UTC", "HOME": "/root", "TERM": "dumb",
        ]
        variables.merge(environment) { $1 }
        variables.merge(call.environment) { $1 }
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(300))
        ]
        let configuration = Configuration(
            executable: words[0].hasPrefix("/") ? .path(FilePath(words[0])) : .name(words[0]),
            arguments: Arguments(Array(words.dropFirst())),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })),
            workingDirectory: call.root == nil ? call.workingDirectory.map { FilePath($0) } : nil,
            platformOptions: options)
        let out = FileDescriptorOutput.fileDescriptor(output, closeAfterSpawningProcess: false)
        let err = FileDescriptorOutput.fileDescriptor(error, closeAfterSpawningProcess: false)
        switch input {
        case .empty:
            return try await Subprocess.run(configuration, input: .none, output: out, error: err)
                .terminationStatus
        case .text(let text):
            return try await Subprocess.run(
                configuration, input: .string(text), output: out, error: err
            ).terminationStatus
        case .descriptor(let descriptor):
            return try await Subprocess.run(
                configuration, input: .fileDescriptor(descriptor, closeAfterSpawningProcess: true),
                output: out, error: err
            ).terminationStatus
        }
    }
}

/// A pipe whose ends do not leak into programs that other tasks start meanwhile.
private func closedOnExecPipe() throws -> (readEnd: FileDescriptor, writeEnd: FileDescriptor) {
    let ends = try FileDescriptor.pipe()
    for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
    return ends
}
