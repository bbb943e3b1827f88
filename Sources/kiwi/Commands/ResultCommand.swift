import ArgumentParser
import Foundation
import KiwiDiagnostics
import KiwiToolbox

/// `kiwi result ...`.
struct ResultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "result", abstract: "Show the results of a build.", subcommands: [ResultList.self])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}

struct ResultList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the result files of a target folder.")

    @Option(help: .init("Target folder of a build.", valueName: "folder"), completion: .directory)
    var targetDir: String

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: format.isJSON)
        try Results.show(folder: Paths.absolute(targetDir), json: format.isJSON)
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

    static func show(folder: String, json: Bool) throws {
        let results = try ResultFile.read(folder)
        if json { return try Output.json(results) }
        let rows = results.sorted { $0.key < $1.key }.map { key, entry -> [String] in
            let size = (try? FileManager.default.attributesOfItem(atPath: entry.filename)[.size]) as? Int64
            return [key, size.map { ByteCount(bytes: $0).text } ?? "missing", entry.filename]
        }
        Output.result(TextTable.render(rows))
    }
}

/// `kiwi.result.json` in KIWI's format.
enum ResultFile {
    struct Entry: Codable {
        var compress: Bool
        var filename: String
        var shasum: Bool
        var useForBundle: Bool

        enum CodingKeys: String, CodingKey {
            case compress, filename, shasum
            case useForBundle = "use_for_bundle"
        }
    }

    /// The results by name, for example `live_image`. Entries that are no files
    /// (`bundle_format`) are left out.
    static func read(_ folder: String) throws -> [String: Entry] {
        let file = "\(folder)/kiwi.result.json"
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Failure(
                .usage,
                Diagnostic(
                    "result-missing", "\(folder) has no kiwi.result.json",
                    remedy: "name the --target-dir of a build that succeeded"))
        }
        guard let table = try? JSONDecoder().decode([String: Lenient].self, from: data) else {
            throw Failure(.buildFailed, Diagnostic("result-damaged", "\(file) is damaged"))
        }
        return table.compactMapValues(\.entry)
    }

    private struct Lenient: Decodable {
        var entry: Entry?
        init(from decoder: any Decoder) throws { entry = try? Entry(from: decoder) }
    }
}
