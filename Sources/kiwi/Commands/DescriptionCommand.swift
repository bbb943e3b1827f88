import ArgumentParser

/// `kiwi description ...`.
struct DescriptionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "description", abstract: "Work with descriptions and their language.",
        subcommands: [
            DescriptionConvert.self, DescriptionExplain.self, DescriptionSchema.self, DescriptionUpgrade.self,
        ])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}
