import ArgumentParser
import Foundation
import KiwiDeploy
import KiwiDiagnostics
import KiwiToolbox
import Synchronization

/// How findings and failures reach the user.
enum Report {
    /// Choices of the running command, set once it knows them.
    struct Style: Sendable {
        var color = false
        var json = false
        /// Source texts for excerpts, by file name as in positions.
        var sources: [String: String] = [:]
    }

    private static let state = Mutex(Style())

    static var style: Style {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// Shows findings about options and configuration, unless this is the worker: it reads
    /// the same command line as the program outside the sandbox, which has told them.
    static func once(_ diagnostics: [Diagnostic]) {
        if SandboxLauncher.current == nil { findings(diagnostics) }
    }

    /// Shows findings that do not stop the command.
    static func findings(_ diagnostics: [Diagnostic]) {
        guard !diagnostics.isEmpty else { return }
        Output.message(renderer(for: diagnostics).render(diagnostics))
    }

    /// Shows what ended the command and returns the exit code.
    static func failure(_ error: any Error) -> Int32 {
        if let code = error as? ArgumentParser.ExitCode { return code.rawValue }
        let failure = asFailure(error)
        if style.json {
            try? Output.json(FailureDocument(failure))
        } else {
            findings(failure.diagnostics)
        }
        return failure.exitCode.rawValue
    }

    /// Any error as diagnostics with the exit code they lead to.
    static func asFailure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let diagnostic as Diagnostic: Failure(.buildFailed, diagnostic)
        case let error as ValidationError: Failure(.usage, Diagnostic("usage", error.message))
        case let tool as ToolFailure:
            Failure(
                .buildFailed,
                Diagnostic(
                    "tool-failed", "'\(tool.call.tool)' ended with \(tool.exitCode)",
                    notes: [tool.call.displayLine] + tool.lastLines))
        case is CancellationError:
            Failure(.buildFailed, Diagnostic("interrupted", "the command was interrupted"))
        default: Failure(.buildFailed, Diagnostic("failed", "\(error)"))
        }
    }

    private static func renderer(for diagnostics: [Diagnostic]) -> DiagnosticRenderer {
        var sources = style.sources
        for file in Set(diagnostics.compactMap { $0.position?.file }) where sources[file] == nil {
            sources[file] = SourceText.read(file)
        }
        return DiagnosticRenderer(color: style.color, sources: sources)
    }
}

/// Source files for excerpts.
enum SourceText {
    /// The text of a file, nil when it is too large or cannot be read.
    static func read(_ file: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: file) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: 4 << 20), data.count < 4 << 20 else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}

/// A failure for machines (`--format json`).
struct FailureDocument: Encodable {
    var ok = false
    var exitCode: Int32
    var diagnostics: [Diagnostic]

    init(_ failure: Failure) {
        exitCode = failure.exitCode.rawValue
        diagnostics = failure.diagnostics
    }

    enum CodingKeys: String, CodingKey {
        case ok, diagnostics
        case exitCode = "exit_code"
    }
}
