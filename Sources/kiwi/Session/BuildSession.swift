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
        if request.usesGivenTree, !FileSystem.isFolder(request.root!) {
            throw Failure(
                .usage,
                Diagnostic(
                    "no-root", "there is no root tree \(request.root!)",
                    remedy: "make it with 'kiwi system prepare'"))
        }
        self.request = request
        let folder = request.descriptionFolder
        let loaded = try DescriptionLoader.load(
            folder: folder, fileName: request.kiwiFile, fetch: SmallDownload.fetch)
        Report.style.sources = loaded.sources
        let architecture = request.targetArchitecture.map(Architecture.init(rawValue:)) ?? .host
        let choices = ResolveRequest(
            profiles: request.profiles, architecture: architecture, type: request.type,
            overrides: request.overrides)
        image = try loaded.resolve(choices)
        let findings = try Self.checks(request, loaded, choices)
        if findings.contains(where: { $0.severity == .error }) { throw Failure(.descriptionWrong, findings) }
        let planner = try BuildPlanner(request, loaded, choices, image)
        plan = try planner.plan()
        let said = loaded.warnings + findings + image.notes + planner.warnings
        let places = Set(said.compactMap(\.position))
        warnings =
            said
            + (try loaded.withoutEffect(choices)).filter { $0.position.map { !places.contains($0) } ?? true }
    }

    /// KIWI's checks before a build; what the configuration switches off is a warning.
    private static func checks(
        _ request: BuildRequest, _ loaded: LoadedDescription, _ choices: ResolveRequest
    ) throws -> [Diagnostic] {
        let disabled = request.configuration.disabledCheckNames
        let host = HostFacts(
            target: request.target ?? request.root!, cache: request.cache,
            writesTree: request.operation == .prepare, shares: BootSession.shares, exists: FileSystem.exists,
            fileSystem: FileSystem.kind, output: ToolOutput.of)
        let general =
            request.usesGivenTree ? [] : try loaded.runtimeChecks(choices, disabled: disabled)
        return try RuntimeCheck.unknown(disabled: disabled) + general
            + loaded.hostChecks(choices, on: host, disabled: disabled)
    }

    /// The log of the build, also what its lock is on.
    var logFile: String { request.buildLogFile }
}

extension BuildRequest {
    /// `TARGET/build/image-root.log`, `ROOT.log` for prepare, or what `--logfile` says.
    var buildLogFile: String {
        if let logFile, logFile != "stdout" { return logFile }
        return target == nil ? "\(root!).log" : "\(target!)/build/image-root.log"
    }

    /// Where the files that the description names lie: `/image` of a prepared tree.
    fileprivate var descriptionFolder: String {
        guard usesGivenTree else { return description! }
        let inside = "\(root!)/image"
        return FileSystem.isFolder(inside) ? inside : root!
    }

    /// Whether it works on a root tree that exists, and reads the description in it.
    var usesGivenTree: Bool { [.create, .update, .stash].contains(operation) }

    /// Whether results of an image type come out of it.
    var makesImage: Bool { operation == .build || operation == .create }

    /// The name of the image that a given tree was made for.
    func imageName() throws -> String {
        try DescriptionLoader.load(folder: descriptionFolder, fileName: kiwiFile, fetch: SmallDownload.fetch)
            .description.name.value
    }

    /// Where large temporary files lie: on the file system of what is made.
    var bulkParent: String {
        guard let target else { return FileSystem.parent(of: root!) }
        return operation == .stash ? target : "\(target)/build"
    }

    /// What the sandboxed half needs.
    var workerSetup: Worker.Setup {
        var setup = Worker.Setup(bulkParent: bulkParent, cache: cache)
        setup.target = target ?? ""
        if let temporaryFolder { setup.temporary = temporaryFolder }
        setup.useTmpfs = useTmpfs
        setup.architecture = targetArchitecture ?? ""
        setup.hostArchitecture = Architecture.host.rawValue
        setup.settings.sourceDateEpoch = sourceDateEpoch
        setup.settings.extraEnvironment = environment
        setup.settings.useCache = useCache
        setup.settings.offline = offline
        setup.settings.toolsTree = toolsTree
        setup.settings.locked = lockFile != nil
        setup.settings.networkForScripts = network == .host
        setup.settings.keepIdentity = keepIdentity
        setup.settings.reuseScripts = configuration.cacheScripts
        return setup
    }
}
