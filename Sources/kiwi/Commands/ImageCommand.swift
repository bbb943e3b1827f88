import ArgumentParser

/// `kiwi image ...`: descriptions and finished images.
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Inspect descriptions, boot and compare images.",
        subcommands: [
            ImageInfo.self, ImageBoot.self, ImageDiff.self, ImageResize.self, ImageMedium.self,
            ImageWrite.self,
        ])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}
