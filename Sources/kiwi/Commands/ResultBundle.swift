import ArgumentParser
import KiwiDiagnostics
import KiwiImage

extension BundleRequest.Compression: ExpressibleByArgument {}

struct ResultBundle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Copy the results of a build under names with an id, ready to publish.",
        discussion: """
            VERSION in the names becomes VERSION-ID, or --bundle-format names all files. Results that are large \
            are compressed, images get a checksum file. Files appear under their names when all are complete. \
            kiwi.yml: bundle: compress, bundle: shasum_size, xz: options.

            Example: kiwi result bundle --target-dir /tmp/live --id R1 --bundle-dir /tmp/release
            """)

    @Option(
        help: .init("Target folder of a build, by this program or kiwi-ng.", valueName: "folder"),
        completion: .directory)
    var targetDir: String

    @Option(help: .init("Word for the names, for example a release.", valueName: "word"))
    var id: String

    @Option(
        help: .init("Folder for the bundle; made when missing.", valueName: "folder"), completion: .directory)
    var bundleDir: String

    @Option(
        help: .init(
            "Name of all files before the extension: %N name, %P profiles, %A architecture, %I id, %T type, %M %m %p version parts, %v version.",
            valueName: "pattern"))
    var bundleFormat: String?

    @Option(help: .init("Write zsync files of images for this download folder.", valueName: "url"))
    var zsyncSource: String?

    @Flag(help: "Put the files into one rpm package; only that stays in the bundle folder.")
    var packageAsRpm = false

    @Flag(help: "Compress nothing.")
    var noCompress = false

    @Option(help: "How to compress results that KIWI compresses.")
    var compress: BundleRequest.Compression = .xz

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if let zsyncSource,
            zsyncSource.isEmpty || zsyncSource.unicodeScalars.contains(where: { $0.value <= 32 })
        {
            throw ValidationError("--zsync-source '\(zsyncSource)' is no address")
        }
    }

    func run() async throws {
        global.apply()
        let configuration = try global.loadConfiguration()
        var request = BundleRequest(
            target: Paths.absolute(targetDir), folder: Paths.absolute(bundleDir), id: id)
        request.pattern = bundleFormat
        request.zsyncSource = zsyncSource
        request.asRPM = packageAsRpm
        request.compression = noCompress ? nil : compress
        request.xzOptions = configuration.xzOptions
        request.checksumSize = configuration.bundleChecksumSize
        request.owner = .caller
        let final = request
        try await Progress.showing(global) { try await bundleSandboxed(final, global, observer: $0) }
    }
}
