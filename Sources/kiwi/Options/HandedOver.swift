import ArgumentParser

/// Commands whose words behind '--' are options of another command, which does the work.
///
/// KIWI takes its own name there for the dashes.
enum HandedOver {
    /// The words for the other command. Global options may stand on both sides.
    ///
    /// - Parameters:
    ///   - options: everything that the command itself does not know.
    ///   - own: what the command adds.
    /// - Throws: the command's help, or a usage error, for what stands before the dashes.
    static func words(
        _ options: [String], of command: any ParsableCommand.Type, _ global: GlobalOptions,
        own: [String] = [],
        place: (String) -> String = { $0 }
    ) throws -> [String] {
        if let first = options.first, first != "--", first != "kiwi" {
            if first == "-h" || first == "--help" { throw CleanExit.helpRequest(command) }
            throw ValidationError("Unknown option '\(first)'; options of the build stand behind '--'")
        }
        return global.words(place) + global.profile.flatMap { ["--profile", $0] }
            + global.type.flatMap { ["--type", $0] } + own + options.dropFirst()
    }

    /// The other command, with its mistakes told as those of this one.
    static func parse<Command: ParsableCommand>(_ command: Command.Type, _ words: [String]) throws -> Command
    {
        do {
            return try command.parse(words)
        } catch {
            throw ValidationError(command.message(for: error))
        }
    }
}
