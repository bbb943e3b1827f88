import ArgumentParser
import Foundation
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

/// `kiwi result ...`.
struct ResultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "result", abstract: "Show the results of a build, or bundle them.",
        subcommands: [ResultListing.self, ResultBundle.self])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}

struct ResultListing: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the result files of a target folder.")

    @Option(help: .init("Target folder of a build.", valueName: "folder"), completion: .directory)
    var targetDir: String

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: format.isJSON)
        try Results.list(folder: Paths.absolute(targetDir), json: format.isJSON)
    }
}

/// Prints the results of a build on standard output.
enum Results {
    /// After a build; the worker leaves it to the program outside the sandbox.
    static func show(_ request: BuildRequest) throws {
        guard !request.dryRun, SandboxLauncher.current == nil, let target = request.target else { return }
        let json = request.format == .json
        let several = Set(request.types).count > 1 || request.types == ["all"]
        let named = request.types.contains("all") ? try FileSystem.names(in: target) : request.types
        let folders = Set(named).sorted().map { "\(target)/\($0)" }.filter {
            several && FileSystem.exists("\($0)/kiwi.result.json")
        }
        // A single type of 'all' lies in the target folder itself.
        for folder in folders.isEmpty ? [target] : folders { try show(folder: folder, json: json) }
    }

    private static func show(folder: String, json: Bool) throws {
        let results = try ResultList(of: folder)
        if json { return try Output.json(results.entries) }
        let rows = results.entries.sorted { $0.key < $1.key }.map { key, entry -> [String] in
            let size = FileSystem.size(of: entry.filename)
            return [key, size.map { ByteCount(bytes: $0).text } ?? "missing", entry.filename]
        }
        Output.result(TextTable.render(rows))
    }

    /// `result list`: the lines of KIWI, which scripts read.
    static func list(folder: String, json: Bool) throws {
        let results = try ResultList(of: folder)
        if json { return try Output.json(results.entries) }
        var lines = ["Listing results from \(folder)", "Result files:"]
        var files = results.entries.mapValues(\.filename)
        files["bundle_format"] = results.bundleFormat?.pattern
        lines += files.sorted { $0.key < $1.key }.map { "--> \($0.key): \($0.value)" }
        Output.result(lines.joined(separator: "\n"))
    }
}
