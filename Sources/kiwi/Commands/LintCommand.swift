import ArgumentParser
import KiwiDiagnostics

/// `kiwi lint DIR`.
struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Check a description without building it.",
        discussion: "Shows all mistakes at once; ends with 3 when there is an error.")

    @Argument(help: .init("Folder of the description.", valueName: "folder"), completion: .directory)
    var folder: String

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: format.isJSON)
        throw Failure(.machineLacks, Diagnostic("not-built-in", "this program cannot read descriptions yet"))
    }
}
