import ArgumentParser
import KiwiDiagnostics
import KiwiImage
import KiwiRootTree
import KiwiToolbox

struct SystemStackbuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stackbuild", abstract: "Build an image over kept root trees.",
        discussion: """
            The trees of 'kiwi system stash', or of a registry, are laid over each other, the last on top. With \
            --description packages and configuration of that one come over them; without it images are made \
            of the tree as it is, by the description in it. Words after '--' are options of 'kiwi system build', \
            or without --description of 'kiwi system create'.

            Example: kiwi system stackbuild --stash base --description my-image --target-dir /tmp/image
            """)

    @Option(
        parsing: .singleValue,
        help: .init("Name of a kept tree. May be repeated: the last lies on top.", valueName: "name"))
    var stash: [String] = []

    @Option(
        help: .init("Folder for the results; made when missing.", valueName: "folder"), completion: .directory
    )
    var targetDir: String

    @Option(help: .init("Folder of the description.", valueName: "folder"), completion: .directory)
    var description: String?

    @Option(help: .init("Fetch the trees from this registry instead.", valueName: "uri"))
    var fromRegistry: String?

    @Argument(
        parsing: .captureForPassthrough,
        help: .init("Options of 'kiwi system build' or 'create'.", valueName: "option"))
    var options: [String] = []

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if stash.isEmpty { throw ValidationError("--stash is missing: it names what to build over") }
        if fromRegistry == nil { return }
        for name in stash where !name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) || name.hasPrefix("-") {
            throw ValidationError("--stash '\(name)' is no name of a container")
        }
    }

    func run() async throws {
        let words = try HandedOver.words(
            options, of: Self.self, global, own: ["--target-dir", targetDir])
        let sources = try stash.map(source)
        if let description {
            let build = try HandedOver.parse(SystemBuild.self, ["--description", description] + words)
            let global = build.global
            global.apply(json: build.plan.format.isJSON)
            var request = try build.request()
            request.stack = sources
            try await Progress.showing(global) { try await performSandboxed(request, observer: $0) }
            return try Results.show(request)
        }
        let root = "\(Paths.absolute(targetDir))/build/image-root"
        let create = try HandedOver.parse(SystemCreate.self, ["--root", root] + words)
        if create.plan.dryRun {
            throw ValidationError(
                "--dry-run needs --description: without it the tree has to be unpacked first")
        }
        let global = create.global
        global.apply(json: create.plan.format.isJSON)
        if try await unpackSandboxed(sources, to: root, create.registries.access, global) { return }
        let request = try create.request()
        try await Progress.showing(global) { try await performSandboxed(request, observer: $0) }
        try Results.show(request)
    }

    /// One tree, of the registry or from the folder.
    private func source(_ name: String) throws -> BaseImageSource {
        if let fromRegistry {
            let start = fromRegistry.hasPrefix("docker://") ? fromRegistry : "docker://\(fromRegistry)"
            let text = "\(start.hasSuffix("/") ? String(start.dropLast()) : start)/\(name)"
            return BaseImageSource(text: text, place: .skopeo(text))
        }
        let folder = Stash.folder(of: .current)
        if let stash = try? Stash(name, in: folder), stash.exists { return stash.source }
        let names = Stash.names(in: folder)
        throw Failure(
            .usage,
            Diagnostic(
                "no-stash", "there is no kept tree '\(name)' in \(folder)",
                remedy: names.isEmpty
                    ? "keep one with 'kiwi system stash'" : "there are: \(names.joined(separator: ", "))"))
    }
}
