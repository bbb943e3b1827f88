import ArgumentParser

/// The root command.
struct Kiwi: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kiwi",
        abstract: "Build operating-system images from KIWI descriptions.",
        usage: "kiwi [<global options>] <command> [<options>]",
        discussion: """
            Needs no root: packages are installed in a user namespace, image files are written by the \
            file systems' own tools. Global options are accepted before and after the command.

            Exit codes: 0 done, 1 the build failed, 2 wrong usage, 3 the description is wrong, \
            4 the machine lacks something, 5 the target is in use, 128 + N ended by signal N.
            """,
        version: ProgramVersion.text,
        subcommands: [
            SystemCommand.self, ImageCommand.self, DescriptionCommand.self, InitCommand.self,
            LintCommand.self,
            DoctorCommand.self, BuildMatrixCommand.self, CacheCommand.self, ResultCommand.self,
            NetbootCommand.self, BoxCommand.self,
        ])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}
