import ArgumentParser
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// `kiwi lint DIR`.
struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Check a description without building it.",
        discussion: """
            Shows all mistakes at once, what is deprecated and what has no effect. Ends with 3 when there is an \
            error. --fix changes the files where a message can only be mended in one way; comments and layout stay.
            """)

    @Argument(help: .init("Folder of the description.", valueName: "folder"), completion: .directory)
    var folder: String

    @Flag(help: "Mend what can be mended in one way only.")
    var fix = false

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: format.isJSON)
        let architecture = global.targetArch.map(Architecture.init(rawValue:)) ?? .host
        let findings = try fix ? mended(architecture) : findings(architecture)
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

    /// Mends until nothing certain is left: one mistake may hide another.
    private func mended(_ architecture: Architecture) throws -> [Diagnostic] {
        var left = try findings(architecture)
        for _ in 0..<10 {
            var count = 0
            for (file, fixes) in Dictionary(grouping: left.compactMap(\.fix), by: \.position.file) {
                count += try FileMender.mend(file, fixes)
            }
            if count == 0 { break }
            left = try findings(architecture)
        }
        return left
    }
}

/// Changes files of a description in place.
enum FileMender {
    /// Applies the changes and replaces the file at once, with its old mode.
    /// - Returns: how many changes were made; none in files that are not UTF-8 or not on this machine.
    static func mend(_ file: String, _ fixes: [Fix]) throws -> Int {
        guard let path = FileSystem.realPath(file),
            let text = String(validating: try FileSystem.readBytes(path), as: UTF8.self)
        else { return 0 }
        let result = Fix.apply(fixes, to: text)
        guard result.count > 0 else { return 0 }
        try FileSystem.replace(path, with: Array(result.text.utf8))
        Output.message("\(file): mended \(result.count) of \(fixes.count) places")
        return result.count
    }
}
