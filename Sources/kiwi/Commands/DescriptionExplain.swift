import ArgumentParser
import KiwiDescription

/// `kiwi description explain NAME`.
struct DescriptionExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Explain an element, an attribute or a diagnostic.",
        discussion: """
            Names: an element ('type'), an attribute of an element ('type/firmware'), an attribute of whatever \
            has it ('firmware'), the code of a diagnostic ('bad-value').
            """)

    @Argument(help: .init("What to explain.", valueName: "name"))
    var name: String

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        global.apply()
        Output.result(try Explanation.text(for: name))
    }
}
