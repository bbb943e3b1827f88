import ArgumentParser
import KiwiBoot
import KiwiDeploy
import KiwiDiagnostics
import KiwiToolbox

/// `kiwi netboot client ...`.
struct NetbootClient: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "Write and check what single machines do: the files KIWI/config.<MAC>.",
        subcommands: [
            NetbootClientAdd.self, NetbootClientList.self, NetbootClientShow.self, NetbootClientKeys.self,
        ])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}

/// Which machine, and at which server.
struct ClientOptions: ParsableArguments {
    @Argument(
        help: .init(
            "Address of the machine's network card, or 'default' for all without a file.", valueName: "mac"))
    var client: ClientName

    @Option(help: .init("Folder of the server.", valueName: "folder"), completion: .directory)
    var dir: String

    func tree() throws -> NetbootTree {
        let tree = NetbootTree(Paths.absolute(dir))
        try tree.require()
        return tree
    }
}

/// A machine or all of them.
enum ClientName: ExpressibleByArgument {
    case mac(MACAddress)
    case everybody

    init?(argument: String) {
        if argument == "default" {
            self = .everybody
        } else if let mac = MACAddress(argument) {
            self = .mac(mac)
        } else {
            return nil
        }
    }

    /// As in the name of the file.
    var text: String {
        switch self {
        case .mac(let mac): mac.description
        case .everybody: "default"
        }
    }

    var spellings: [String] {
        switch self {
        case .mac(let mac): mac.spellings
        case .everybody: ["default"]
        }
    }
}

struct NetbootClientAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Write the configuration of a machine.",
        discussion: """
            The values have the form that KIWI documents; 'kiwi netboot client keys' lists all keys. They are checked \
            before anything is written.

            Example: kiwi netboot client add 52:54:00:12:34:56 --dir /srv/netboot --disk /dev/sda \
            --part '1024;S' --part 'x;L;/' --image '/dev/sda2;till.x86_64;1.0.0'
            """)

    @OptionGroup var which: ClientOptions

    @Option(
        parsing: .singleValue,
        help: .init(
            "Image to load: IMAGE. May be repeated: read-write part, read-only part.",
            valueName: "device;name;version..."))
    var image: [String] = []

    @Option(help: .init("Disk that --part divides: DISK.", valueName: "device"))
    var disk: String?

    @Option(
        parsing: .singleValue,
        help: .init("Partition: PART. May be repeated, in their order.", valueName: "size;type;mount"))
    var part: [String] = []

    @Option(
        parsing: .singleValue,
        help: .init("File for the system: CONF. May be repeated.", valueName: "source;target..."))
    var conf: [String] = []

    @Option(help: .init("Changes on another device: UNIONFS_CONFIG.", valueName: "writable,readonly,overlay"))
    var union: String?

    @Option(help: .init("Root over NFS: NFSROOT.", valueName: "server;path"))
    var nfsroot: String?

    @Option(
        parsing: .singleValue,
        help: .init("Any key; an empty value removes it. May be repeated.", valueName: "key=value"))
    var set: [String] = []

    @Flag(help: "Change these keys of the file that is there, keep the others.")
    var update = false

    @Flag(help: "Write the file that is there anew.")
    var replace = false

    @Flag(help: "Print the file instead of writing it.")
    var dryRun = false

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if update, replace { throw ValidationError("--update and --replace exclude each other") }
        for entry in set {
            guard let sign = entry.firstIndex(of: "="), sign != entry.startIndex else {
                throw ValidationError("--set '\(entry)' must have the form KEY=VALUE")
            }
        }
        if values.isEmpty { throw ValidationError("say what the machine is to do, for example --image") }
    }

    /// What the options say, in the order of a file; nil removes a key.
    private var values: [(key: String, value: String?)] {
        var result: [(String, String?)] = []
        if !image.isEmpty { result.append(("IMAGE", image.joined(separator: ","))) }
        if let disk { result.append(("DISK", disk)) }
        if !part.isEmpty { result.append(("PART", part.joined(separator: ","))) }
        if !conf.isEmpty { result.append(("CONF", conf.joined(separator: ","))) }
        if let union { result.append(("UNIONFS_CONFIG", union)) }
        if let nfsroot { result.append(("NFSROOT", nfsroot)) }
        for entry in set {
            let sign = entry.firstIndex(of: "=")!
            let value = String(entry[entry.index(after: sign)...])
            result.append((String(entry[..<sign]), value.isEmpty ? nil : value))
        }
        return result
    }

    func run() async throws {
        global.apply()
        let tree = try which.tree()
        let there = tree.configurationFile(of: which.client.text, spellings: which.client.spellings)
        var configuration = ClientConfiguration()
        if let there {
            if update {
                configuration = try ClientFiles.read(there)
            } else if !replace {
                throw Failure(
                    .usage,
                    Diagnostic(
                        "client-exists", "\(there) is there already",
                        remedy: "--update changes the given keys, --replace writes it anew"))
            }
        } else if update {
            throw Failure(
                .usage,
                Diagnostic(
                    "client-missing", "\(which.client.text) has no configuration",
                    remedy: "leave out --update"))
        }
        for (key, value) in values { configuration.set(key, value) }
        try ClientFiles.refuseControlCharacters(configuration)
        let findings =
            configuration.findings(try ClientKeyTable.installed.get())
            + ClientFiles.missing(configuration, tree)
        if findings.contains(where: { $0.severity == .error }) { throw Failure(.usage, findings) }
        Report.findings(findings)
        if dryRun { return Output.result(configuration.text) }
        let file = there ?? "\(tree.path)/KIWI/config.\(which.client.text)"
        try FileSystem.writeAtomically(configuration.text, to: file)
        if global.level <= 20 { Output.message(file) }
    }
}

struct NetbootClientList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the configurations of a server and what they load.")

    @Option(help: .init("Folder of the server.", valueName: "folder"), completion: .directory)
    var dir: String

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    private struct Row: Encodable {
        var file: String
        var images: [String]
        var errors: Int
    }

    func run() async throws {
        global.apply(json: format.isJSON)
        let tree = NetbootTree(Paths.absolute(dir))
        try tree.require()
        let table = try ClientKeyTable.installed.get()
        let rows = try FileSystem.names(in: "\(tree.path)/KIWI").filter {
            $0.hasPrefix("config.") && FileSystem.isRegularFile("\(tree.path)/KIWI/\($0)")
        }.map { name -> Row in
            do {
                let configuration = try ClientFiles.read("\(tree.path)/KIWI/\(name)")
                let errors = configuration.findings(table).filter { $0.severity == .error }.count
                return Row(file: name, images: ClientFiles.imageNames(configuration), errors: errors)
            } catch let failure as Failure {
                return Row(file: name, images: [], errors: failure.diagnostics.count)
            }
        }
        if format.isJSON { return try Output.json(rows) }
        guard !rows.isEmpty else { return }
        let lines = rows.map { row in
            [
                row.file, row.errors == 0 ? "good" : "\(row.errors) error\(row.errors == 1 ? "" : "s")",
                row.images.isEmpty ? "-" : row.images.joined(separator: " "),
            ]
        }
        Output.result(TextTable.render([["FILE", "STATE", "IMAGES"]] + lines))
    }
}

struct NetbootClientShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show and check the configuration of a machine.",
        discussion:
            "A machine without a file of its own is shown 'config.default'. Ends with 3 when there is an error."
    )

    @OptionGroup var which: ClientOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply()
        let tree = try which.tree()
        let own = tree.configurationFile(of: which.client.text, spellings: which.client.spellings)
        guard let file = own ?? tree.configurationFile(of: "default", spellings: ["default"]) else {
            throw Failure(
                .usage,
                Diagnostic(
                    "client-missing",
                    "\(which.client.text) has no configuration, and there is no config.default",
                    remedy: "write one: kiwi netboot client add \(which.client.text) --dir \(which.dir) ..."))
        }
        if global.level <= 20 { Output.message(file) }
        let configuration = try ClientFiles.read(file)
        let findings =
            configuration.findings(try ClientKeyTable.installed.get())
            + ClientFiles.missing(configuration, tree)
        Output.result(configuration.text)
        if findings.contains(where: { $0.severity == .error }) { throw Failure(.descriptionWrong, findings) }
        Report.findings(findings)
    }
}

struct NetbootClientKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List the keys of a configuration and what they take.")

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply()
        let table = try ClientKeyTable.installed.get()
        for key in table.keys { Output.result("\(key.name)=\(key.usage)\n    \(key.meaning)") }
        Output.result("")
        let used = Set(table.keys.flatMap { $0.slots.map(\.field) })
        let rows = table.fields.values.filter { used.contains($0.name) }.sorted { $0.name < $1.name }
            .map { ["  \($0.name)", $0.meaning] }
        Output.result(TextTable.render(rows))
    }
}

/// The files of clients on this machine.
enum ClientFiles {
    static func read(_ file: String) throws -> ClientConfiguration {
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.readBytes(file, limit: ClientConfiguration.maximumBytes)
        } catch let error as FileError {
            throw Failure(
                .usage,
                Diagnostic("client-file", "\(error)", remedy: "make it readable and smaller than 64 KiB"))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "config-line", at: Position(file: file, line: 1, column: 1),
                    "the file is no text in UTF-8",
                    remedy: "write it anew: kiwi netboot client add --replace"))
        }
        return try ClientConfiguration(parsing: text, file: file)
    }

    /// `NAME-VERSION` of all images.
    static func imageNames(_ configuration: ClientConfiguration) -> [String] {
        configuration.items("IMAGE").filter { $0.count > 2 }.map { item in
            let name = item[1].hasPrefix("image/") ? String(item[1].dropFirst(6)) : item[1]
            return "\(name)-\(item[2])"
        }
    }

    /// Images that the server does not have.
    static func missing(_ configuration: ClientConfiguration, _ tree: NetbootTree) -> [Diagnostic] {
        let position = configuration.entries.last { $0.key == "IMAGE" }?.position
        return imageNames(configuration).compactMap { name in
            let files = ["", ".gz", ".xz", ".zst"].map { "\(tree.path)/image/\(name)\($0)" }
            if files.contains(where: FileSystem.exists) { return nil }
            return Diagnostic(
                "image-missing", .warning, at: position, "the server has no image/\(name)",
                remedy: "export it: kiwi netboot export RESULT --to \(tree.path)")
        }
    }

    /// A line end in an option would begin another key.
    static func refuseControlCharacters(_ configuration: ClientConfiguration) throws(Failure) {
        for entry in configuration.entries
        where (entry.key + entry.value).unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            throw Failure(
                .usage,
                Diagnostic("config-line", "\(entry.key) has a control character", remedy: "remove it"))
        }
    }
}
