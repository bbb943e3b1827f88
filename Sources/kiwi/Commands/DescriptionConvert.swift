import ArgumentParser
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// `kiwi description convert`.
struct DescriptionConvert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write a description in another markup.",
        discussion: """
            Nothing is upgraded and includes stay includes. Comments are kept where the markup has any. A file \
            in YAML, TOML or JSON is read by 'kiwi --kiwi-file NAME'; YAML and JSON also in a file NAME.kiwi.
            """)

    @Argument(
        help: .init("Folder of the description, or its file.", valueName: "folder"), completion: .file())
    var folder: String

    @Option(help: "The markup to write.")
    var to: MarkupFormat

    @Option(help: .init("The file to write; standard output when not given.", valueName: "file"))
    var output: String?

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        global.apply()
        let file =
            FileSystem.isFile(folder)
            ? folder : try DescriptionLoader.find(in: folder, fileName: global.kiwiFile)
        let result = try DescriptionConverter.convert(file: file, to: to)
        Report.findings(result.notes)
        guard let output else { return Output.result(result.text) }
        try FileSystem.writeAtomically(result.text, to: Paths.absolute(output))
    }
}

extension MarkupFormat: ExpressibleByArgument {}
