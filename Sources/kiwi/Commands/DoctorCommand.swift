import ArgumentParser
import KiwiDeploy
import KiwiDiagnostics
import KiwiImage
import KiwiRootTree
import KiwiToolbox

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

            --install-hint prints the one command that installs what builds need: of live images, or of the types \
            that --type names.
            """)

    @Flag(help: "Print the command that installs what builds need, and do nothing else.")
    var installHint = false

    @Option(help: "With --install-hint: for machines with this package manager instead of this machine.")
    var manager: HostPackageManager?

    @Option(
        help: .init(
            "Look for package managers in this root tree, as 'kiwi system build' would.", valueName: "folder"),
        completion: .directory)
    var toolsTree: String?

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        guard installHint else {
            if manager != nil { throw ValidationError("--manager goes with --install-hint") }
            return
        }
        let known = ImagePlanners.imageTypes + ["all"]
        for type in global.type where !known.contains(type) {
            throw ValidationError("--type \(type): choose one of \(known.joined(separator: ", "))")
        }
    }

    func run() async throws {
        global.apply(json: format.isJSON)
        if installHint { return try printHint() }
        var doctor = Doctor(
            cache: Paths.cache(global.sharedCacheDir),
            temporaryFolder: Paths.absolute(global.tempDir ?? "/var/tmp"))
        if let tree = toolsTree.map({ ToolsTree(Paths.absolute($0), own: PackageManagerRegistry.programs) }) {
            try tree.check(folders: [])
            guard tree.isFolder else {
                throw ValidationError("--tools-tree: only a folder can be looked into without a build")
            }
            doctor.toolsTree = tree
        }
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

    private func printHint() throws {
        let system = (try? FileSystem.readText("/etc/os-release", limit: 1 << 16)).flatMap(
            OSRelease.init(parsing:))
        guard let manager = manager ?? HostPackageManager(families: system?.families ?? []) else {
            throw Failure(
                .machineLacks,
                Diagnostic(
                    "unknown-host", "/etc/os-release does not say which package manager this machine has",
                    remedy:
                        "name it: --manager \(HostPackageManager.allCases.map(\.rawValue).joined(separator: "|"))"
                ))
        }
        Output.result(
            InstallHint.line(for: global.type.isEmpty ? ["iso"] : global.type, with: manager) + "\n")
    }
}

extension HostPackageManager: ExpressibleByArgument {}

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
