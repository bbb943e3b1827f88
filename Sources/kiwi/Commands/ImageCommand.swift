import ArgumentParser

/// `kiwi image ...`: descriptions and finished images.
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Inspect descriptions and boot images.",
        subcommands: [ImageInfo.self, ImageBoot.self])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}
