import ArgumentParser
import KiwiDeploy
import KiwiDiagnostics
import KiwiToolbox

/// `kiwi netboot ...`.
struct NetbootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "netboot", abstract: "Start machines over the network: a boot server and its clients.",
        discussion: """
            Example: kiwi netboot export /tmp/live --to /srv/netboot
                     kiwi netboot serve /srv/netboot --interface eth1
            """,
        subcommands: [
            NetbootInit.self, NetbootExportCommand.self, NetbootServe.self, NetbootClient.self,
            NetbootClients.self,
        ])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}

struct NetbootInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make the folder of a boot server, with loaders for BIOS and UEFI.",
        discussion: """
            The loaders come from this machine: pxelinux where it is installed, GRUB, and a script for iPXE. Called \
            again, it renews them; everything else stays.
            """)

    @Argument(
        help: .init("Folder of the server; made when missing.", valueName: "folder"), completion: .directory)
    var folder: String

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply()
        let tree = NetbootTree(Paths.absolute(folder))
        Report.findings(try await tree.prepare())
        if global.level <= 20 { Output.message("\(tree.path) is ready: KIWI, boot, image, upload") }
    }
}

struct NetbootExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Put results of builds into the folder of a boot server, with menu entries.",
        discussion: """
            For live ISOs, kis and pxe images, and the archives of installpxe. The folder is made when it is missing. \
            Menu entries need the address of the server: 'kiwi netboot serve' writes its own, --server one for \
            another server.

            Example: kiwi netboot export /tmp/live --to /srv/netboot
            """)

    @Argument(
        help: .init("Target folder of a build, or a live ISO.", valueName: "result"), completion: .file())
    var results: [String]

    @Option(help: .init("Folder of the server.", valueName: "folder"), completion: .directory)
    var to: String

    @Option(
        help: .init(
            "Address of the server for the menus, with a port when HTTP is not at 80.",
            valueName: "address[:port]"))
    var server: NetbootAddresses?

    @Option(
        help:
            "How kis and pxe images start: 'client' asks the server for config.<MAC>, 'http' has its root on the server, 'append' is what the image says; 'auto' chooses."
    )
    var start: NetbootSource.Start = .auto

    @Option(
        help: .init(
            "Root tree of 'system prepare' that kis images mount over NFS; prints the line for /etc/exports.",
            valueName: "root"),
        completion: .directory)
    var nfs: String?

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if nfs != nil, start != .auto { throw ValidationError("--nfs and --start exclude each other") }
    }

    func run() async throws {
        global.apply()
        let root = try nfs.map { try NFSRoot(Paths.absolute($0)) }
        let tree = NetbootTree(Paths.absolute(to))
        let sources = try results.map { try NetbootSources.read(Paths.absolute($0)) }
        if !tree.exists { Report.findings(try await tree.prepare(addresses: server ?? .unknown)) }
        let isQuiet = global.level > 20
        let export = NetbootExport(
            tree: tree, start: start, nfs: root,
            temporaryFolder: Paths.absolute(global.tempDir ?? "/var/tmp"),
            report: { if !isQuiet { Output.message($0) } })
        for source in sources {
            let entries = try await export.run(source)
            try tree.add(entries, addresses: server ?? .unknown)
            for entry in entries { Output.result("\(entry.id): \(entry.commandLine)") }
        }
        if let root { Output.result("/etc/exports: \(root.exportsLine)") }
        if server == nil, !isQuiet {
            Output.message(
                "next: kiwi netboot serve \(to) --interface IF (or --server ADDRESS here, for another server)"
            )
        }
    }
}

extension NetbootSource.Start: ExpressibleByArgument {}

extension NetbootAddresses: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

struct NetbootClients: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clients", abstract: "List the machines that have registered at a boot server.",
        discussion:
            "CONFIGURATION is '-' as long as a machine has none of its own: it asks again every minute.")

    @Argument(help: .init("Folder of the server.", valueName: "folder"), completion: .directory)
    var folder: String

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: format.isJSON)
        let tree = NetbootTree(Paths.absolute(folder))
        try tree.require()
        let list = try Registration.all(in: tree)
        if format.isJSON { return try Output.json(list) }
        guard !list.isEmpty else { return }
        let rows = list.map { entry in
            [
                entry.mac, entry.facts["IPADDR"] ?? "-", entry.facts["ARCHITECTURE"] ?? "-",
                NetbootText.minute(entry.time), entry.configuration ?? "-",
            ]
        }
        Output.result(TextTable.render([["MAC", "ADDRESS", "ARCHITECTURE", "SEEN", "CONFIGURATION"]] + rows))
    }
}
