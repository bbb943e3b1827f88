import ArgumentParser
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

struct ImageMedium: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "medium",
        abstract:
            "Make a CD, stick or virtual disk from an initrd and a kernel, with or without a system image.",
        discussion: """
            The files are those of kis, pxe and file system builds, and the boot images of former versions. Without a \
            system the medium starts kernel and initrd: a netboot client then asks its server, as if it had come from \
            the network. With --system the image lies in a partition of the medium and is started. With --install the \
            netboot client installs it on a disk, without any network, as the <deploy> section of its description says.

            Example: kiwi image medium out/client.x86_64-1.0.0.initrd --output client.iso
            """)

    @Argument(help: .init("The initrd.", valueName: "initrd"), completion: .file()) var initrd: String
    @Option(
        help: .init("The file to write.", valueName: "file"), completion: .file()) var output: String
    @Option(
        help: .init("The kernel (default: the one beside the initrd).", valueName: "file"),
        completion: .file())
    var kernel: String?
    @Option(help: .init("File system image that is started.", valueName: "image"), completion: .file())
    var system: String?
    @Option(help: .init("System image that is installed on a disk.", valueName: "image"), completion: .file())
    var install: String?
    @Option(
        help: .init(
            "How it is installed, like KIWI/config.default of a boot server (default: the file config.default beside the image).",
            valueName: "file"), completion: .file())
    var deploy: String?
    @Option(help: .init("More words for the kernel.", valueName: "words")) var append = ""
    @Option(help: "iso is for CD and stick; the others are disks for virtual machines, with --system.")
    var format = MediumRequest.Format.iso
    @Option(
        help: .init("Size of the disk in bytes, or with the unit m or g; with --system.", valueName: "size"))
    var size: ByteCount?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if system != nil, install != nil {
            throw ValidationError("--system and --install exclude each other")
        }
        if deploy != nil, install == nil { throw ValidationError("--deploy belongs to --install") }
    }

    func run() async throws {
        global.apply()
        var request = MediumRequest(initrd: Paths.absolute(initrd), output: Paths.absolute(output))
        request.kernel = kernel.map(Paths.absolute)
        if let system { request.purpose = .system(Paths.absolute(system)) }
        if let install { request.purpose = .installation(Paths.absolute(install)) }
        request.configuration = deploy.map(Paths.absolute)
        request.words = append
        request.format = format
        request.bytes = size?.bytes
        request.owner = .caller
        let final = request
        try await Progress.showing(global) { try await makeMediumSandboxed(final, global, observer: $0) }
    }
}

extension MediumRequest.Format: ExpressibleByArgument {}
