import ArgumentParser
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// `kiwi init [TEMPLATE]`.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a small description to start from.",
        discussion: """
            Without a name, the templates are listed. The folder must not have a description yet. --target-arch \
            writes it for machines of another architecture.
            """)

    @Argument(
        help: .init("What to write, for example debian-live.", valueName: "template"),
        completion: .list(DescriptionTemplate.all.map(\.name)))
    var template: String?

    @Option(
        help: .init(
            "Where to write it; a folder with the template's name here by default.", valueName: "folder"),
        completion: .directory)
    var output: String?

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        global.apply()
        guard let template else {
            return Output.result(TextTable.render(DescriptionTemplate.all.map { [$0.name, $0.summary] }))
        }
        let names = DescriptionTemplate.all.map(\.name)
        guard let found = DescriptionTemplate.all.first(where: { $0.name == template }) else {
            throw Failure(
                .usage,
                Diagnostic(
                    "unknown-template", "there is no template '\(template)'",
                    remedy: nearestName(to: template, among: names).map { "kiwi init \($0)" }
                        ?? "'kiwi init' lists all"))
        }
        let architecture = global.targetArch.map(Architecture.init(rawValue:)) ?? .host
        guard let found = found.adapted(to: architecture) else {
            throw Failure(
                .usage,
                Diagnostic(
                    "unknown-template",
                    "the template '\(template)' is not there for \(architecture.rawValue)",
                    remedy: "add '--target-arch x86_64', and change the names of kernel and loaders then"))
        }
        let folder = Paths.absolute(output ?? found.name)
        if FileSystem.exists(folder), let first = try FileSystem.names(in: folder).first {
            throw Failure(
                .usage,
                Diagnostic(
                    "folder-not-empty", "'\(folder)' is not empty: it holds '\(first)'",
                    remedy: "choose another folder with --output"))
        }
        try FileSystem.makeFolder(folder)
        for (name, text) in found.files.sorted(by: { $0.key < $1.key }) {
            try FileSystem.write(text, to: "\(folder)/\(name)", mode: name.hasSuffix(".sh") ? 0o755 : 0o644)
        }
        Output.result(folder)
        Output.message("next: kiwi system build --description \(folder) --target-dir DIR")
    }
}
