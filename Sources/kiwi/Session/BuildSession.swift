import KiwiConfiguration
import KiwiDescription
import KiwiDiagnostics
import KiwiImage
import KiwiRootTree
import KiwiToolbox

/// One build from the command line's request to its plan: reads and resolves the
/// description and plans. Nothing is changed on the machine by making one.
struct BuildSession {
    let request: BuildRequest
    let image: ResolvedImage
    let plan: BuildPlan
    /// Findings that do not stop the build.
    let warnings: [Diagnostic]

    /// - Throws: `Failure` with everything that is wrong with the description or the request.
    init(_ request: BuildRequest) throws {
        self.request = request
        let folder = request.operation == .create ? request.root! : request.description!
        let loaded = try DescriptionLoader.load(folder: folder, fileName: request.kiwiFile)
        Report.style.sources = loaded.sources
        let architecture = request.targetArchitecture.map(Architecture.init(rawValue:)) ?? .host
        let choices = ResolveRequest(
            profiles: request.profiles, architecture: architecture, type: request.type,
            overrides: request.overrides)
        image = try loaded.resolve(choices)
        let disabled = Set(request.configuration.disabledChecks.flatMap { [$0, "check_\($0)"] })
        let findings = try loaded.runtimeChecks(choices, disabled: disabled)
        guard findings.isEmpty else { throw Failure(.descriptionWrong, findings) }
        let planner = try BuildPlanner(request, loaded, choices, image)
        plan = try planner.plan()
        warnings = loaded.warnings + image.notes + planner.warnings
    }

    /// The log of the build, also what its lock is on.
    var logFile: String { request.buildLogFile }
}

extension BuildRequest {
    /// `TARGET/build/image-root.log`, `ROOT.log` for prepare, or what `--logfile` says.
    var buildLogFile: String {
        if let logFile, logFile != "stdout" { return logFile }
        return operation == .prepare ? "\(root!).log" : "\(target!)/build/image-root.log"
    }

    /// Where large temporary files lie: on the file system of what is made.
    var bulkParent: String {
        operation == .prepare ? FileSystem.parent(of: root!) : "\(target!)/build"
    }

    /// What the sandboxed half needs.
    var workerSetup: Worker.Setup {
        var setup = Worker.Setup(bulkParent: bulkParent, cache: cache)
        setup.target = target ?? ""
        if let temporaryFolder { setup.temporary = temporaryFolder }
        setup.useTmpfs = useTmpfs
        setup.settings.sourceDateEpoch = sourceDateEpoch
        setup.settings.extraEnvironment = environment
        setup.settings.useCache = useCache
        setup.settings.networkForScripts = network == .host
        setup.settings.keepIdentity = keepIdentity
        setup.settings.reuseScripts = configuration.cacheScripts
        return setup
    }
}
