import ArgumentParser
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

struct ImageResize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resize", abstract: "Make the disk of a finished build larger.",
        discussion: """
            The raw disk gets the new size, its GPT ends where the disk ends, and its other format is made \
            again. Partitions stay as they are: an image with oem-resize grows when it boots. The old files are \
            replaced when all new ones are complete.

            Example: kiwi image resize --target-dir /tmp/disk --size 20g
            """)

    @Option(help: .init("Target folder of a build.", valueName: "folder"), completion: .directory)
    var targetDir: String

    @Option(help: .init("New size of the disk in bytes, or with the unit m or g.", valueName: "size"))
    var size: ByteCount

    @Option(
        help: .init(
            "Root tree whose description says what format the disk has (default: the build's manifest, else TARGET/build/image-root).",
            valueName: "folder"), completion: .directory)
    var root: String?

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply()
        var request = ResizeRequest(target: Paths.absolute(targetDir), bytes: size.bytes)
        request.owner = .caller
        if let root {
            request.format = try diskFormat(inTree: Paths.absolute(root), global)
        } else if !ResizePlan.knowsFormat(of: request.target) {
            let usual = "\(request.target)/build/image-root"
            if FileSystem.isFolder(usual) { request.format = try diskFormat(inTree: usual, global) }
        }
        let final = request
        try await Progress.showing(global) { try await resizeSandboxed(final, global, observer: $0) }
    }
}
