import ArgumentParser
import KiwiDescription

/// `kiwi description schema`.
struct DescriptionSchema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the schema of descriptions for editors and validators.",
        discussion: """
            It says what each element and attribute may be; what depends on several of them says 'kiwi lint' alone.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case rng
        case jsonSchema = "json-schema"
    }

    @Option(help: "RELAX NG for XML, or JSON Schema for JSON, YAML and TOML.")
    var format: Format

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        global.apply()
        switch format {
        case .rng: Output.result(RelaxNGSchema.text)
        case .jsonSchema: Output.result(JSONSchema.text)
        }
    }
}
