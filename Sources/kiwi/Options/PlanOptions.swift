import ArgumentParser

/// Options that print the plan of a build instead of running it.
struct PlanOptions: ParsableArguments {
    @Flag(help: "Print what would be done, and do nothing.")
    var dryRun = false

    @Flag(help: "With --dry-run: ask the package manager for the number of packages and their sizes.")
    var estimate = false

    @OptionGroup var format: FormatOptions

    func validate() throws {
        if estimate && !dryRun { throw ValidationError("--estimate needs --dry-run") }
    }
}
