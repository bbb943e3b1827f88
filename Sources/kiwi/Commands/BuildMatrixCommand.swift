import ArgumentParser
import KiwiDeploy
import KiwiDescription
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

extension BuildMatrix.Format: ExpressibleByArgument {}

/// `kiwi build-matrix DIR...`.
struct BuildMatrixCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build-matrix", abstract: "Write a job file that builds many images.",
        discussion: """
            Each description, profile and type becomes a job of make, Slurm, GitLab or GitHub that calls kiwi. With \
            --cache the jobs get each other's layers.
            """)

    enum Choice: String, ExpressibleByArgument, CaseIterable { case all }

    @Argument(help: .init("Folders of descriptions.", valueName: "folder"), completion: .directory)
    var folders: [String]

    @Option(
        name: .customLong("build-option"), parsing: .unconditionalSingleValue,
        help: .init("One more word for each call of kiwi. May be repeated.", valueName: "word"))
    var options: [String] = []

    @Option(help: .init("Engine to write for: make, slurm, gitlab or github.", valueName: "name"))
    var format: BuildMatrix.Format

    @Option(
        help: .init(
            "A job for each profile that has an image type, instead of those of --profile.", valueName: "all")
    )
    var profiles: Choice?

    @Option(help: .init("A job for each type, instead of those of --type.", valueName: "all"))
    var types: Choice?

    @Option(
        help: .init("Folder for results, one below it for each job.", valueName: "folder"),
        completion: .directory)
    var targetDir = "images"

    @Option(help: .init("Share layers by this folder or docker://HOST/NAME.", valueName: "place"))
    var cache: String?

    @Option(help: .init("Container image with kiwi, for GitLab and GitHub.", valueName: "name"))
    var image: String?

    @OptionGroup(title: "Global options") var global: GlobalOptions

    private var isHosted: Bool { format == .gitlab || format == .github }

    func validate() throws {
        if profiles != nil, !global.profile.isEmpty {
            throw ValidationError("--profiles all and --profile exclude each other")
        }
        if types != nil, !global.type.isEmpty {
            throw ValidationError("--types all and --type exclude each other")
        }
        if let cache, CacheLocation(cache, absolute: Paths.absolute) == nil {
            throw ValidationError("--cache '\(cache)' must be a folder or docker://HOST/NAME without a tag")
        }
        if image != nil, !isHosted { throw ValidationError("--image is for gitlab and github") }
        if isHosted, targetDir.hasPrefix("/") {
            throw ValidationError("--target-dir must be a folder of the checkout for \(format.rawValue)")
        }
        if cache != nil, global.noCache || global.cacheTo != nil || !global.cacheFrom.isEmpty {
            throw ValidationError("--cache excludes --no-cache, --cache-from and --cache-to")
        }
        for text in folders + options + passed + [targetDir, cache, image].compactMap(\.self) {
            let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
            guard isPlain, !text.contains("${{") else {
                throw ValidationError("'\(text)' has characters that job files cannot hold")
            }
        }
    }

    func run() async throws {
        global.apply()
        let architecture = global.targetArch.map(Architecture.init(rawValue:)) ?? .host
        var found: [(description: String, profiles: [String], type: String)] = []
        for folder in folders {
            let loaded = try DescriptionLoader.load(
                folder: folder, fileName: global.kiwiFile, fetch: SmallDownload.fetch)
            Report.style.sources = loaded.sources
            for profiles in try choices(loaded, architecture) {
                for type in try self.types(loaded, profiles, architecture) {
                    found.append((place(folder), profiles, type))
                }
            }
        }
        guard !found.isEmpty else {
            throw Failure(
                .usage,
                Diagnostic(
                    "no-jobs", "there is nothing to build", remedy: "leave out --profiles, or name profiles"))
        }
        let matrix = BuildMatrix(
            jobs: BuildJob.named(found), target: place(targetDir), cache: cache.map(sharedPlace),
            image: image,
            options: passed + options)
        Output.result(matrix.text(format))
    }

    private func choices(_ loaded: LoadedDescription, _ architecture: Architecture) throws -> [[String]] {
        guard profiles != nil else { return [global.profile] }
        let names = try loaded.profilesWithTypes(architecture).map { [$0] }
        return names.isEmpty ? [[]] : names
    }

    private func types(_ loaded: LoadedDescription, _ chosen: [String], _ architecture: Architecture) throws
        -> [String]
    {
        let request = ResolveRequest(
            profiles: chosen, architecture: architecture, type: types == nil ? global.type.first : nil)
        if types != nil || global.type == ["all"] { return try loaded.typeNames(request) }
        if global.type.isEmpty { return [try loaded.resolve(request).type.name] }
        for type in global.type {
            _ = try loaded.resolve(
                ResolveRequest(profiles: chosen, architecture: architecture, type: type))
        }
        return global.type
    }

    /// make and Slurm run jobs anywhere, the others in a checkout.
    private func place(_ folder: String) -> String { isHosted ? folder : Paths.absolute(folder) }

    private func sharedPlace(_ text: String) -> String { GlobalOptions.sharedPlace(text, place) }

    /// Global options go to every job: none is lost.
    private var passed: [String] { global.words(place) }
}
