import ArgumentParser
import KiwiDeploy
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

/// `kiwi box ...`: virtual machines for 'system boxbuild'.
struct BoxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "box", abstract: "Make and remove the virtual machines of 'system boxbuild'.",
        subcommands: [BoxCreate.self, BoxList.self, BoxRemove.self])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}

struct BoxCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Build a box.",
        discussion: """
            A box is a kernel, an initrd and a root file system: an image of type 'kis'. Without --description it is \
            a Debian with the package managers and tools for all distributions. A box of that name is replaced when \
            the new one is complete.

            Example: kiwi box create && kiwi system boxbuild -- --description my-image --target-dir /tmp/image
            """)

    @Argument(help: .init("Name of the box.", valueName: "name"))
    var name = Box.usualName

    @Option(
        help: .init("Folder of the description, or one that comes with kiwi.", valueName: "folder"),
        completion: .directory)
    var description = "box/apt"

    @OptionGroup(title: "Root tree") var prepare: PrepareOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if !global.type.isEmpty, global.type != ["kis"] {
            throw ValidationError("a box is an image of type 'kis': leave out --type")
        }
    }

    func run() async throws {
        global.apply()
        let box = try Box(name, in: Box.folder(of: .current))
        var request = try BuildRequest(.build, global)
        request.description = BootSession.folder(named: description)
        request.target = box.workshop
        request.type = "kis"
        request.types = ["kis"]
        try request.take(prepare)
        let ready = request
        try await Progress.showing(global) { try await performSandboxed(ready, observer: $0) }
        guard SandboxLauncher.current == nil else { return }
        try BoxStore.publish(box)
        if global.level <= 20 { Output.message("the box '\(box.name)' is ready: \(box.place)") }
    }
}

struct BoxList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the boxes there are.")

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        global.apply(json: format.isJSON)
        try BoxStore.show(json: format.isJSON)
    }
}

struct BoxRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a box with the cache of its builds.")

    @Argument(help: .init("Name of the box.", valueName: "name"))
    var name: String

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        global.apply()
        try BoxStore.remove(try Box.find(name, in: Box.folder(of: .current)))
    }
}
