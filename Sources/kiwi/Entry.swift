import ArgumentParser
import Foundation
import KiwiDiagnostics
import KiwiToolbox

/// Starts the program: parses the command line, runs the command and turns errors into
/// messages and exit codes.
@main
enum Entry {
    static func main() async {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == InitProcess.argument { InitProcess.run(arguments) }
        // KIWI's `SERVICE COMMAND help`.
        if arguments.count > 1, arguments.last == "help",
            arguments.dropLast().allSatisfy({ !$0.hasPrefix("-") })
        {
            arguments = ["help"] + arguments.dropLast()
        }
        if arguments.isEmpty { arguments = ["help"] }
        do {
            if let former = try FormerCommandLine.read(arguments) { exit(try former.run()) }
        } catch {
            exit(Report.failure(error))
        }
        exit(await run(arguments))
    }

    /// Runs one command line and returns the exit code.
    static func run(_ arguments: [String]) async -> Int32 {
        var command: any ParsableCommand
        do {
            command = try Kiwi.parseAsRoot(arguments)
        } catch {
            return explain(error)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            // The help command reports its text as an error.
            return Kiwi.exitCode(for: error) == .success ? explain(error) : Report.failure(error)
        }
    }

    /// Help, versions and completion scripts are results; anything else is wrong usage.
    private static func explain(_ error: any Error) -> Int32 {
        let text = Kiwi.fullMessage(for: error)
        if Kiwi.exitCode(for: error) == .success {
            if !text.isEmpty { Output.result(text) }
            return 0
        }
        Output.message(text)
        return KiwiDiagnostics.ExitCode.usage.rawValue
    }
}
