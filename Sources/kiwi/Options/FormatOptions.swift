import ArgumentParser

/// `--format` of commands whose result machines may read.
struct FormatOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable, Codable, Sendable { case text, json }

    @Option(help: "Form of the result on standard output.")
    var format: Format = .text

    var isJSON: Bool { format == .json }
}
