import ArgumentParser
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// `kiwi description upgrade`.
struct DescriptionUpgrade: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade", abstract: "Rewrite an old description in the current schema.",
        discussion: """
            Reads every schema from 1.4 on. Comments, order and indentation stay; what has no place in the \
            current schema is told at its line. A second run changes nothing. Building does not need it: old \
            descriptions are upgraded in memory. Prints the files it changes.
            """)

    @Argument(help: .init("Folder of the description.", valueName: "folder"), completion: .directory)
    var folder: String

    @Option(
        help: .init(
            "Folder to write the files to; the description itself when not given.", valueName: "folder"),
        completion: .directory)
    var output: String?

    @Flag(help: "Write nothing; end with 1 if a file would change.")
    var check = false

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if check, output != nil { throw ValidationError("--check writes nothing: --output has no meaning") }
    }

    func run() throws {
        global.apply()
        let rewrite = try DescriptionRewrite(folder: folder, fileName: global.kiwiFile)
        Report.findings(rewrite.findings)
        let changed = rewrite.files.filter(\.isChanged)
        for file in check || output == nil ? changed : rewrite.files {
            var path = file.path
            if let output { path = Paths.absolute("\(output)/\(file.name)") }
            if !check {
                if output != nil { try FileSystem.makeFolder(FileSystem.parent(of: path)) }
                try FileSystem.replace(path, with: file.bytes)
            }
            Output.result(path)
        }
        if check, !changed.isEmpty {
            throw ArgumentParser.ExitCode(KiwiDiagnostics.ExitCode.buildFailed.rawValue)
        }
    }
}
