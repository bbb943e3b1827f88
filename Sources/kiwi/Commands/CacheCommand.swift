import ArgumentParser
import Foundation
import KiwiImage
import KiwiToolbox

/// `kiwi cache ...`.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Show and empty the cache that builds share.",
        subcommands: [CacheList.self, CachePrune.self])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}

struct CacheList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show what the cache holds.")

    @OptionGroup var format: FormatOptions
    @OptionGroup var shared: SharedFolderOption

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: format.isJSON)
        if let folder = shared.folder {
            return try CacheTable.show(SharedFolder(folder).entries().map(CacheEntry.init), format)
        }
        let request = CacheRequest(
            folder: Paths.cache(global.sharedCacheDir), sandbox: try BuildRequest.sandbox(global.sandbox))
        try CacheTable.show(try await listCache(request), format)
    }
}

struct CachePrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove what exceeds the size limit, oldest use first.",
        discussion: "Without a kind, all kinds count. With --all everything of the chosen kinds is removed.")

    @OptionGroup var format: FormatOptions

    @Flag(help: "Only layers and step outputs.") var layers = false
    @Flag(help: "Only downloaded packages and indexes.") var packages = false
    @Flag(help: "Remove everything of the chosen kinds.") var all = false

    @Option(help: .init("What may stay, for example 10G.", valueName: "size"))
    var limit: ByteCount?

    @OptionGroup var shared: SharedFolderOption

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if shared.shared != nil, layers || packages {
            throw ValidationError(
                "--shared is about all that machines share, without --layers and --packages")
        }
        if all, limit != nil { throw ValidationError("--all and --limit exclude each other") }
    }

    func run() async throws {
        global.apply(json: format.isJSON)
        if let folder = shared.folder {
            let removed = try SharedFolder(folder).prune(
                limit: all ? 0 : limit?.bytes ?? CacheFolder.defaultLimit)
            return try CacheTable.show(removed.map(CacheEntry.init), format)
        }
        var request = CacheRequest(
            folder: Paths.cache(global.sharedCacheDir), sandbox: try BuildRequest.sandbox(global.sandbox))
        if layers { request.kinds.formUnion([.layer, .step]) }
        if packages { request.kinds.formUnion([.package, .index]) }
        request.all = all
        request.limit = limit?.bytes
        try CacheTable.show(try await pruneCache(request), format)
    }
}

/// Which cache it is about: this machine's, or one that machines share.
struct SharedFolderOption: ParsableArguments {
    @Option(
        help: .init("The folder of --cache-to instead of this machine's cache.", valueName: "folder"),
        completion: .directory)
    var shared: String?

    var folder: String? { shared.map(Paths.absolute) }
}

/// Prints cache entries.
enum CacheTable {
    static func show(_ entries: [CacheEntry], _ format: FormatOptions) throws {
        if format.isJSON { return try Output.json(entries) }
        guard !entries.isEmpty else { return }
        let lines = entries.map { entry in
            [
                entry.kind.rawValue, ByteCount(bytes: entry.bytes).text, day(entry.lastUsed), entry.name,
                entry.key.prefix(12).description,
            ]
        }
        let total = entries.reduce(0) { $0 + $1.bytes }
        Output.result(TextTable.render([["KIND", "SIZE", "USED", "NAME", "KEY"]] + lines))
        Output.result("\(entries.count) entries, \(ByteCount(bytes: total).text)")
    }

    private static func day(_ seconds: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(seconds))
        return date.formatted(.iso8601.year().month().day().dateSeparator(.dash))
    }
}
