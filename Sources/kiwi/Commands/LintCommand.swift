import ArgumentParser
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// `kiwi lint DIR`.
struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Check a description without building it.",
        discussion: """
            Shows all mistakes at once, what is deprecated and what has no effect. Ends with 3 when there is an error.
            """)

    @Argument(help: .init("Folder of the description.", valueName: "folder"), completion: .directory)
    var folder: String

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: format.isJSON)
        let architecture = global.targetArch.map(Architecture.init(rawValue:)) ?? .host
        let findings = try findings(architecture)
        if format.isJSON {
            try Output.json(findings)
        } else {
            Report.style.sources = DescriptionLoader.sources(for: findings)
            Report.findings(findings)
        }
        let errors = findings.filter { $0.severity == .error }.count
        if !format.isJSON, global.level <= 20 {
            Output.message(
                findings.isEmpty
                    ? "nothing to complain about" : "\(errors) errors, \(findings.count - errors) others")
        }
        if errors > 0 { throw ArgumentParser.ExitCode(KiwiDiagnostics.ExitCode.descriptionWrong.rawValue) }
    }

    private func findings(_ architecture: Architecture) throws -> [Diagnostic] {
        let disabled = try global.loadConfiguration().disabledCheckNames
        return RuntimeCheck.unknown(disabled: disabled)
            + Lint.lint(
                folder: folder, fileName: global.kiwiFile, architecture: architecture, disabled: disabled,
                fetch: SmallDownload.fetch)
    }
}
