import ArgumentParser
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// `kiwi system lock`.
struct SystemLock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Write down exactly which packages an image gets.",
        discussion: """
            Asks the repositories and writes names, versions, checksums and origins of all packages to a lock \
            file. 'kiwi system build --locked' then builds from these, whatever the repositories have by then. \
            Profiles, type and options that change the packages must be the same for both.
            """)

    @Option(help: .init("Folder of the description.", valueName: "folder"), completion: .directory)
    var description: String

    @Option(
        help: .init(
            "The file to write instead of \(PackageLock.fileName) in the description's folder.",
            valueName: "file"), completion: .file())
    var lockFile: String?

    @Flag(help: "Forget the indexes of the repositories first.")
    var clearCache = false

    @OptionGroup var choice: PackageChoiceOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply()
        // The worker reads the same description: it has been complained about.
        let isWorker = SandboxLauncher.current != nil
        let loaded = try DescriptionLoader.load(
            folder: Paths.absolute(description), fileName: global.kiwiFile, fetch: SmallDownload.fetch)
        Report.style.sources = loaded.sources
        if !isWorker { Report.findings(loaded.warnings) }
        let image = try loaded.resolve(choices)
        if !isWorker { Report.findings(image.notes) }
        let configuration = try global.loadConfiguration()
        var options = KiwiRootTree.PrepareOptions()
        options.mirrors = configuration.mirrors.map { MirrorRule(from: $0.from, to: $0.to) }
        options.obsDownloadURL = configuration.obsDownloadURL
        options.isBuildServiceWorker = Caller.isBuildServiceWorker
        options.clearCache = clearCache
        let request = PackageRequest(for: image, options: options)
        try PackageLock.checkCanLock(image, request)
        var solving = PackageSolving(
            request: request, cache: Paths.cache(global.sharedCacheDir),
            temporary: global.tempDir.map(Paths.absolute) ?? "/var/tmp",
            sandbox: try BuildRequest.sandbox(global.sandbox))
        solving.settings.useCache = !global.noCache
        solving.settings.toolsTree = choice.tools.tree
        solving.settings.offline = choice.offline.offline
        let found = try await Progress.showing(global) { [solving] in try await solving.run(observer: $0) }
        guard let found else { return }
        let path = lockFile.map(Paths.absolute) ?? "\(Paths.absolute(description))/\(PackageLock.fileName)"
        let lock = PackageLock(found, for: request)
        try FileSystem.writeAtomically(try lock.text, to: path)
        Output.result("\(found.list.packages.count) packages in \(path)\n")
    }

    private var choices: ResolveRequest {
        get throws(Failure) {
            var overrides = Overrides()
            choice.apply(to: &overrides)
            return ResolveRequest(
                profiles: global.profile,
                architecture: global.targetArch.map(Architecture.init(rawValue:)) ?? .host,
                type: try global.singleType(), overrides: overrides)
        }
    }
}
