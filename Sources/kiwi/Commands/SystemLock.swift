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

    @OptionGroup var offline: OfflineOptions
    @OptionGroup var repositories: RepositoryOptions

    @Option(help: .init("Overwrite fields of the first repository.", valueName: "source,type,alias,..."))
    var setRepo: String?

    @Option(help: .init("Credentials for --set-repo, or a file with them.", valueName: "user:password"))
    var setRepoCredentials: String?

    @Option(
        parsing: .singleValue, help: .init("Lock a further package. May be repeated.", valueName: "name"))
    var addPackage: [String] = []

    @Option(
        parsing: .singleValue,
        help: .init("Lock a further package of the bootstrap phase. May be repeated.", valueName: "name"))
    var addBootstrapPackage: [String] = []

    @Option(help: .init("Overwrite the release version.", valueName: "version"))
    var setReleaseVersion: String?

    @Option(
        parsing: .singleValue,
        help: .init("Trust a key for all repositories. May be repeated.", valueName: "file"),
        completion: .file())
    var signingKey: [String] = []

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if setRepoCredentials != nil, setRepo == nil {
            throw ValidationError("--set-repo-credentials needs --set-repo")
        }
        for package in addPackage + addBootstrapPackage where package.isEmpty || package.hasPrefix("-") {
            throw ValidationError("'\(package)' is no package name")
        }
    }

    func run() async throws {
        global.apply()
        // The worker reads the same description: it has been complained about.
        let isWorker = SandboxLauncher.current != nil
        let loaded = try DescriptionLoader.load(
            folder: description, fileName: global.kiwiFile, fetch: SmallDownload.fetch)
        Report.style.sources = loaded.sources
        if !isWorker { Report.findings(loaded.warnings) }
        let image = try loaded.resolve(choices)
        if !isWorker { Report.findings(image.notes) }
        let configuration = try global.loadConfiguration()
        var options = KiwiRootTree.PrepareOptions()
        options.mirrors = configuration.mirrors.map { MirrorRule(from: $0.from, to: $0.to) }
        options.obsDownloadURL = configuration.obsDownloadURL
        options.clearCache = clearCache
        let request = PackageRequest(for: image, options: options)
        try PackageLock.checkCanLock(image, request)
        var solving = PackageSolving(
            request: request, cache: Paths.cache(global.sharedCacheDir),
            temporary: global.tempDir.map(Paths.absolute) ?? "/var/tmp",
            sandbox: try BuildRequest.sandbox(global.sandbox))
        solving.settings.useCache = !global.noCache
        solving.settings.offline = offline.offline
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
            repositories.apply(to: &overrides)
            overrides.setRepository = setRepo
            overrides.setRepositoryCredentials = setRepoCredentials
            overrides.addPackages = addPackage
            overrides.addBootstrapPackages = addBootstrapPackage
            overrides.setReleaseVersion = setReleaseVersion
            overrides.signingKeys = signingKey.map(Paths.absolute)
            return ResolveRequest(
                profiles: global.profile,
                architecture: global.targetArch.map(Architecture.init(rawValue:)) ?? .host,
                type: try global.singleType(), overrides: overrides)
        }
    }
}
