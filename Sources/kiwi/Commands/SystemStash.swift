import ArgumentParser
import Foundation
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

struct SystemStash: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stash", abstract: "Keep a root tree as a container, for later builds.",
        discussion: """
            The tree becomes a container image NAME/NAME.tar in /var/tmp/kiwi-stash (of root), or \
            ~/.local/share/kiwi/stash. A stash of that name gets another layer with what is different. \
            'kiwi system stackbuild' goes on from it; 'podman load -i FILE' and 'skopeo copy' take it elsewhere.

            Example: kiwi system stash --root /tmp/tree --container-name base
            """)

    @Option(
        help: .init("Root tree made by 'kiwi system prepare'.", valueName: "folder"), completion: .directory)
    var root: String?

    @Option(help: .init("Tag of the container.", valueName: "tag"))
    var tag = "latest"

    @Option(help: .init("Name of the container (default: the name of the image).", valueName: "name"))
    var containerName: String?

    @Flag(help: "Show the stashes there are.")
    var list = false

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if list == (root != nil) { throw ValidationError("give either --root or --list") }
        let isTag = try Regex("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
        if tag.wholeMatch(of: isTag) == nil {
            throw ValidationError("--tag '\(tag)' is no tag of a container")
        }
    }

    func run() async throws {
        global.apply(json: list)
        let folder = Stash.folder(of: .current)
        guard let root else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let text = try encoder.encode([folder: Stash.names(in: folder)])
            return Output.result(String(decoding: text, as: UTF8.self))
        }
        var request = try BuildRequest(.stash, global)
        request.root = Paths.absolute(root)
        let stash = try Stash(containerName ?? request.imageName(), in: folder)
        request.stash = StashRequest(stash: stash, tag: tag)
        request.target = stash.place
        request.useCache = false
        if request.logFile == nil { request.logFile = "\(stash.place)/\(stash.name).log" }
        try await Progress.showing(global) { try await performSandboxed(request, observer: $0) }
        if global.level <= 20, SandboxLauncher.current == nil { Output.message("kept as \(stash.archive)") }
    }
}
