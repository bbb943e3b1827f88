import ArgumentParser
import KiwiDeploy
import KiwiDiagnostics

/// `kiwi doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check what this machine can build, and what it lacks.",
        discussion: """
            Ends with 0 when live images can be built here, else with 4. Missing things that only other image \
            types or commands need are shown as notes.
            """)

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: format.isJSON)
    }
}
