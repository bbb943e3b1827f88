import ArgumentParser
import KiwiDeploy
import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// `kiwi doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check what this machine can build, and what it lacks.",
        discussion: """
            Ends with 0 when live images can be built here, else with 4. What only other image types or commands \
            need is shown as a note.
            """)

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: format.isJSON)
        let doctor = Doctor(
            cache: Paths.cache(global.sharedCacheDir),
            temporaryFolder: Paths.absolute(global.tempDir ?? "/var/tmp"))
        let report = await doctor.examine()
        if format.isJSON {
            try Output.json(report)
        } else {
            Output.result(
                DoctorText.render(report, color: Terminal.of(STDOUT_FILENO, forced: global.colorOutput).color)
            )
        }
        if !report.canBuild { throw ArgumentParser.ExitCode(KiwiDiagnostics.ExitCode.machineLacks.rawValue) }
    }
}

/// The report for people.
enum DoctorText {
    static func render(_ report: DoctorReport, color: Bool) -> String {
        var text = ""
        for check in report.checks {
            let (word, tone) =
                switch check.state {
                case .ok: ("ok     ", "32")
                case .note: ("note   ", "36")
                case .missing: ("missing", "1;31")
                }
            text += (color ? "\u{1b}[\(tone)m\(word)\u{1b}[0m" : word) + "  \(check.finding)\n"
            if let remedy = check.remedy { text += "         fix: \(remedy)\n" }
        }
        let answer =
            report.canBuild
            ? "This machine can build live images." : "This machine cannot build live images yet."
        return text + "\n" + answer + "\n"
    }
}
