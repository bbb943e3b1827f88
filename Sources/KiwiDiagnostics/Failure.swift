/// Process exit codes of the program.
public enum ExitCode: Int32, Sendable, Codable {
    case done = 0
    case buildFailed = 1
    case usage = 2
    case descriptionWrong = 3
    case machineLacks = 4
    case targetInUse = 5
}

/// The error type every public function of the system throws towards the user:
/// one or more diagnostics and the exit code they lead to.
public struct Failure: Error, Sendable {
    public var exitCode: ExitCode
    public var diagnostics: [Diagnostic]

    public init(_ exitCode: ExitCode, _ diagnostics: [Diagnostic]) {
        self.exitCode = exitCode
        self.diagnostics = diagnostics
    }

    public init(_ exitCode: ExitCode, _ diagnostic: Diagnostic) {
        self.init(exitCode, [diagnostic])
    }
}

extension Failure: CustomStringConvertible {
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
