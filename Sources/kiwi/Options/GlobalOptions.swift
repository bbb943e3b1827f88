import ArgumentParser
import Foundation
import KiwiConfiguration
import KiwiDiagnostics
import KiwiImage

/// Options every command accepts, before and after its name.
///
/// The root command and each subcommand declare this group under the same name
/// (`global`); the parser fills it from both sides.
struct GlobalOptions: ParsableArguments {
    enum SandboxChoice: String, ExpressibleByArgument, CaseIterable, Codable, Sendable {
        case auto, user, mount, none
    }

    enum NetworkChoice: String, ExpressibleByArgument, CaseIterable, Codable, Sendable {
        case host, none
    }

    @Flag(help: "Colour messages even when standard error is no terminal.")
    var colorOutput = false

    @Option(
        help: .init("Runtime configuration read after KIWI's own places.", valueName: "file"),
        completion: .file())
    var config: String?

    @Flag(help: "Show everything, same as --loglevel 10.")
    var debug = false

    @Option(help: .init("Name of the description file inside the description folder.", valueName: "name"))
    var kiwiFile: String?

    @Option(
        help: .init(
            "Append the complete log to a file; 'stdout' logs to standard output.", valueName: "file"),
        completion: .file())
    var logfile: String?

    @Option(help: .init("Show messages of this level and above: 10, 20, 30, 40 or 50.", valueName: "number"))
    var loglevel: Int?

    @Option(parsing: .singleValue, help: .init("Select a profile. May be repeated.", valueName: "name"))
    var profile: [String] = []

    @Option(
        parsing: .singleValue,
        help: .init("Set a variable for scripts. May be repeated.", valueName: "variable=value"))
    var setenv: [String] = []

    @Option(
        help: .init("Folder for downloads and layers that builds share.", valueName: "folder"),
        completion: .directory)
    var sharedCacheDir: String?

    @Option(help: .init("Architecture of the image instead of this machine's.", valueName: "name"))
    var targetArch: String?

    @Option(
        help: .init("Folder for temporary files instead of /var/tmp.", valueName: "folder"),
        completion: .directory)
    var tempDir: String?

    @Option(
        parsing: .singleValue,
        help: .init(
            "Image type to build instead of the primary one. May be repeated, 'all' means all: then each has a folder of its own in the target folder.",
            valueName: "name"))
    var type: [String] = []

    /// For commands about one type.
    func singleType() throws(Failure) -> String? {
        guard type.count <= 1, type != ["all"] else {
            throw Failure(.usage, Diagnostic("usage", "this command takes one --type only"))
        }
        return type.first
    }

    @Option(help: "How to separate the build from this machine; 'auto' takes the first that works.")
    var sandbox: SandboxChoice?

    @Option(help: "Network of the image's scripts.")
    var network: NetworkChoice?

    @Flag(help: "Neither read nor write layers and step outputs; downloads stay shared.")
    var noCache = false

    @Option(
        parsing: .singleValue,
        help: .init(
            "Take layers and step outputs that other machines have made: a folder, or docker://HOST/NAME. May be repeated.",
            valueName: "place"))
    var cacheFrom: [String] = []

    @Option(
        help: .init(
            "Give layers and step outputs to other machines: a folder, or docker://HOST/NAME.",
            valueName: "place"))
    var cacheTo: String?

    @Option(
        parsing: .singleValue,
        help: .init(
            "Rewrite a URL prefix of repositories for this build. May be repeated.", valueName: "from=to"))
    var mirror: [String] = []

    @Flag(help: "Build layers on disk, never in memory.")
    var noTmpfs = false

    @Option(help: .hidden)
    var logsocket: String?

    @Flag(help: .hidden)
    var debugRunScriptsInScreen = false

    func validate() throws {
        try refuse(logsocket != nil, "--logsocket", "use --logfile")
        try refuse(debugRunScriptsInScreen, "--debug-run-scripts-in-screen", "use 'kiwi system shell'")
        for entry in setenv where !entry.contains("=") || entry.hasPrefix("=") {
            throw ValidationError("--setenv '\(entry)' must have the form VARIABLE=VALUE")
        }
        for entry in mirror where RuntimeConfiguration.Mirror(argument: entry) == nil {
            throw ValidationError("--mirror '\(entry)' must have the form FROM=TO")
        }
        for (option, text) in cacheFrom.map({ ("--cache-from", $0) })
            + (cacheTo.map { [("--cache-to", $0)] } ?? [])
        {
            guard CacheLocation(text, absolute: Paths.absolute) != nil else {
                throw ValidationError(
                    "\(option) '\(text)' must be a folder or docker://HOST/NAME without a tag")
            }
            if noCache { throw ValidationError("\(option) and --no-cache exclude each other") }
        }
        if let targetArch, targetArch.isEmpty || targetArch.contains("/") {
            throw ValidationError("--target-arch '\(targetArch)' is no architecture")
        }
        if let kiwiFile, kiwiFile.isEmpty || kiwiFile.contains("/") {
            throw ValidationError(
                "--kiwi-file must be a file name inside the description folder, without folders")
        }
    }
}

/// Refuses an option of KIWI that has no effect here: nothing is ever silently ignored.
func refuse(_ given: Bool, _ option: String, _ remedy: String? = nil) throws {
    guard given else { return }
    throw ValidationError("\(option) is not supported yet" + (remedy.map { "; \($0)" } ?? ""))
}

extension GlobalOptions {
    /// The lowest level of messages to show; KIWI counts 0 as not given.
    var level: Int {
        if debug { return 10 }
        return loglevel.flatMap { $0 == 0 ? nil : $0 } ?? 20
    }

    /// `--cache-from`.
    var cacheSources: [CacheLocation] {
        cacheFrom.compactMap { CacheLocation($0, absolute: Paths.absolute) }
    }

    /// `--cache-to`.
    var cacheTarget: CacheLocation? { cacheTo.flatMap { CacheLocation($0, absolute: Paths.absolute) } }

    /// The environment of `--setenv`; later entries win.
    var environment: [String: String] {
        var result: [String: String] = [:]
        for entry in setenv {
            let cut = entry.firstIndex(of: "=")!
            result[String(entry[..<cut])] = String(entry[entry.index(after: cut)...])
        }
        return result
    }

    /// The first step of every command: how to report.
    func apply(json: Bool = false) {
        Report.style.color = Terminal.of(STDERR_FILENO, forced: colorOutput).color
        Report.style.json = json
    }

    /// Merges the runtime configuration and shows its findings.
    func loadConfiguration() throws -> RuntimeConfiguration {
        var (configuration, findings) = try RuntimeConfiguration.load(
            home: Paths.home, custom: config.map(Paths.absolute))
        Report.once(findings.filter { level <= 20 || $0.severity != .note })
        configuration.mirrors =
            mirror.compactMap(RuntimeConfiguration.Mirror.init(argument:)) + configuration.mirrors
        return configuration
    }
}
