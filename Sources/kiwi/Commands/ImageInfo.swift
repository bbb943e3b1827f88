import ArgumentParser
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

struct ImageInfo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show what a description says.",
        discussion: """
            With --format json: everything this program reads from the description. --list-profiles, \
            --print-kiwi-env and --resolve-package-list print one JSON object, as KIWI does. --print-xml and its siblings print the \
            description in the current schema with includes replaced, before profiles and options count.
            """)

    @Option(help: .init("Folder of the description.", valueName: "folder"), completion: .directory)
    var description: String

    @OptionGroup var format: FormatOptions

    @Flag(help: "List the profiles.")
    var listProfiles = false

    @Flag(help: "Print the variables scripts see.")
    var printKiwiEnv = false

    @Flag(help: "Print the description as XML.")
    var printXml = false

    @Flag(help: "Print the description as YAML.")
    var printYaml = false

    @Flag(help: "Print the description as TOML.")
    var printToml = false

    @Flag(help: "Print the description as JSON.")
    var printJson = false

    @OptionGroup var repositories: RepositoryOptions

    @Flag(help: "Ask the repositories for all packages of the image, with sizes; nothing is installed.")
    var resolvePackageList = false

    @OptionGroup var tools: ToolsTreeOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if tools.toolsTree != nil, !resolvePackageList {
            throw ValidationError("--tools-tree needs --resolve-package-list")
        }
        if printFormats.count > 1 {
            throw ValidationError(
                "only one of --print-xml, --print-yaml, --print-toml, --print-json can be given")
        }
    }

    func run() async throws {
        global.apply(json: format.isJSON)
        if let format = printFormats.first { return Output.result(try load().printed(as: format)) }
        if listProfiles || printKiwiEnv || resolvePackageList { return try await printParts() }
        if format.isJSON { return try printEverything() }
        let loaded = try load()
        Output.result(DescriptionText.render(loaded, try loaded.resolve(request)))
    }

    private var printFormats: [MarkupFormat] {
        let flags: [(isGiven: Bool, format: MarkupFormat)] = [
            (printXml, .xml), (printYaml, .yaml), (printToml, .toml), (printJson, .json),
        ]
        return flags.filter(\.isGiven).map(\.format)
    }

    private var request: ResolveRequest {
        get throws(Failure) {
            var overrides = Overrides()
            repositories.apply(to: &overrides)
            return ResolveRequest(
                profiles: global.profile,
                architecture: global.targetArch.map(Architecture.init(rawValue:)) ?? .host,
                type: try global.singleType(), overrides: overrides)
        }
    }

    private func load(silently: Bool = false) throws -> LoadedDescription {
        let loaded = try DescriptionLoader.load(
            folder: description, fileName: global.kiwiFile, fetch: SmallDownload.fetch)
        Report.style.sources = loaded.sources
        if !silently { Report.findings(loaded.warnings) }
        return loaded
    }

    private func printEverything() throws {
        let info = imageInfoJSON(
            folder: description, fileName: global.kiwiFile, request: try request, fetch: SmallDownload.fetch)
        Output.result(info.json)
        if info.exitCode != .done { throw ArgumentParser.ExitCode(info.exitCode.rawValue) }
    }

    /// The parts in KIWI's form.
    private func printParts() async throws {
        struct Parts: Encodable {
            var image: String
            var profiles: [String]?
            var environment: [String: String]?
            var packages: [String: ResolvedPackages.Entry]?
            var totals: ResolvedPackages.Totals?

            enum CodingKeys: String, CodingKey {
                case image
                case profiles = "profile_names"
                case environment = "kiwi_env"
                case packages = "resolved-packages"
                case totals = "resolved-totals"
            }
        }
        // The worker reads the same description: it has been complained about.
        let isWorker = SandboxLauncher.current != nil
        let loaded = try load(silently: isWorker)
        let image = try loaded.resolve(request)
        if !isWorker { Report.findings(image.notes) }
        var parts = Parts(image: image.name)
        if listProfiles { parts.profiles = loaded.description.profiles.map(\.name.value) }
        if printKiwiEnv { parts.environment = image.environment }
        if resolvePackageList {
            guard let resolved = try await resolvedPackages(of: image) else { return }
            parts.packages = resolved.packages
            parts.totals = resolved.totals
        }
        try Output.json(parts)
    }

    /// nil outside of the sandbox.
    private func resolvedPackages(of image: ResolvedImage) async throws -> ResolvedPackages? {
        let configuration = try global.loadConfiguration()
        var options = KiwiRootTree.PrepareOptions()
        options.mirrors = configuration.mirrors.map { MirrorRule(from: $0.from, to: $0.to) }
        options.obsDownloadURL = configuration.obsDownloadURL
        options.isBuildServiceWorker = Caller.isBuildServiceWorker
        var solving = PackageSolving(
            request: PackageRequest(for: image, options: options), cache: Paths.cache(global.sharedCacheDir),
            temporary: global.tempDir.map(Paths.absolute) ?? "/var/tmp",
            sandbox: try BuildRequest.sandbox(global.sandbox))
        solving.settings.useCache = !global.noCache
        solving.settings.toolsTree = tools.tree
        return try await Progress.showing(global) { try await solving.run(observer: $0) }
            .map(ResolvedPackages.init)
    }
}

/// A description for people.
enum DescriptionText {
    static func render(_ loaded: LoadedDescription, _ image: ResolvedImage) -> String {
        var rows = [
            ["image", "\(image.name) \(image.version)"], ["file", loaded.file],
            ["type", image.type.image], ["architecture", image.architecture.rawValue],
            ["package manager", image.packageManager.value],
        ]
        if !image.specification.isEmpty { rows.insert(["about", image.specification], at: 1) }
        if let version = loaded.sourceSchemaVersion { rows.append(["schema", version]) }
        for profile in loaded.description.profiles {
            let chosen = image.profiles.contains(profile.name.value) ? " (selected)" : ""
            rows.append(["profile", profile.name.value + chosen])
        }
        for repository in image.repositories {
            let words = [
                repository.source.value, repository.distribution ?? "",
                repository.components.joined(separator: " "),
            ]
            rows.append(["repository", words.filter { !$0.isEmpty }.joined(separator: " ")])
        }
        rows.append([
            "packages", "\(image.bootstrap.packages.count) bootstrap, \(image.system.packages.count) image",
        ])
        for user in image.users { rows.append(["user", user.name]) }
        return TextTable.render(rows)
    }
}
