import ArgumentParser
import Foundation
import KiwiDeploy
import KiwiDiagnostics
import KiwiToolbox

struct SystemBoxbuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boxbuild", abstract: "Build an image in a virtual machine.",
        discussion: """
            The machine has package managers and tools that this one may lack; 'kiwi box create' makes it. It sees \
            the folders that the build names, at the same paths, and runs this same program. Needs QEMU, and is quick \
            with KVM only. Words after '--' are options of 'kiwi system build'.

            Example: kiwi system boxbuild -- --description my-image --target-dir /tmp/image
            """)

    @Option(help: .init("Name of the box (default: the only one, or '\(Box.usualName)').", valueName: "name"))
    var box: String?

    @Flag(help: "Show the boxes there are.")
    var listBoxes = false

    @Option(
        help: .init(
            "Memory of the machine, a number of GiB or with a unit (default: half of this one's, at most 8 GiB).",
            valueName: "size"))
    var boxMemory: String?

    @Option(help: .init("Number of processors (default: all, at most 4).", valueName: "number"))
    var boxSmpCpus: Int?

    @Flag(help: "Open a shell in the box when the build has ended, on this terminal.")
    var boxDebug = false

    @Option(
        help: .init("Folder that the box may read and write, at the same path.", valueName: "folder"),
        completion: .directory)
    var sharedPath: String?

    @Flag(help: "Keep what the build changes in the box itself.")
    var noSnapshot = false

    @Flag(help: "Emulate the processor even where KVM works.")
    var noAccel = false

    @Option(help: .init("QEMU's -machine.", valueName: "name"))
    var machine: String?

    @Option(help: .init("QEMU's -cpu.", valueName: "name"))
    var cpu: String?

    @Flag(name: .customLong("x86_64"), help: "The box must be for x86_64.")
    var isX86 = false

    @Flag(name: .customLong("aarch64"), help: "The box must be for aarch64.")
    var isARM = false

    // What scripts written for KIWI give and what is always so here.
    @Option(help: .hidden) var boxConsole: String?
    @Flag(name: .customLong("9p-sharing"), help: .hidden) var sharesBy9P = false
    @Flag(help: .hidden) var noUpdateCheck = false

    // What there is no equivalent for.
    @Flag(help: .hidden) var container = false
    @Flag(help: .hidden) var virtiofsSharing = false
    @Flag(help: .hidden) var sshfsSharing = false
    @Option(help: .hidden) var sshKey: String?
    @Option(help: .hidden) var sshPort: String?
    @Option(help: .hidden) var kiwiVersion: String?

    @Argument(
        parsing: .captureForPassthrough,
        help: .init("Options of 'kiwi system build'.", valueName: "option"))
    var options: [String] = []

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        try refuse(container, "--container", "build in a container of kiwi: docs/containers.md")
        try refuse(virtiofsSharing, "--virtiofs-sharing", "folders are shared by 9P")
        try refuse(sshfsSharing, "--sshfs-sharing", "folders are shared by 9P")
        try refuse(sshKey != nil, "--ssh-key", "folders are shared by 9P")
        try refuse(sshPort != nil, "--ssh-port", "folders are shared by 9P")
        if let kiwiVersion, kiwiVersion != ProgramVersion.own {
            throw ValidationError(
                "--kiwi-version \(kiwiVersion) cannot be had: the box runs this program, \(ProgramVersion.own)"
            )
        }
        if let sharedPath, !FileSystem.isFolder(Paths.absolute(sharedPath)) {
            throw ValidationError("--shared-path: there is no folder '\(sharedPath)'")
        }
        if isX86, isARM { throw ValidationError("--x86_64 and --aarch64 exclude each other") }
        if let boxSmpCpus, !(1...255).contains(boxSmpCpus) {
            throw ValidationError("--box-smp-cpus must be a number from 1 to 255")
        }
        if let boxMemory, Self.mebibytes(boxMemory) == nil {
            throw ValidationError(
                "--box-memory '\(boxMemory)' must be a size of at least 512 MiB, as 8 or 8G")
        }
        for (option, word) in [("--machine", machine), ("--cpu", cpu)] where word?.isEmpty ?? false {
            throw ValidationError("\(option) must not be empty")
        }
    }

    /// KIWI counts in GB and takes `8`, `8G` and `8GB`.
    static func mebibytes(_ text: String) -> Int? {
        let upper = text.uppercased()
        let suffix = ["IB", "B"].first(where: upper.hasSuffix) ?? ""
        let short = String(upper.dropLast(suffix.count))
        guard let size = ByteCount(argument: short.allSatisfy(\.isNumber) ? "\(short)G" : short),
            size.bytes >= 512 << 20
        else { return nil }
        return Int(size.bytes >> 20)
    }

    func run() async throws {
        if listBoxes, options.isEmpty {
            global.apply()
            return try BoxStore.show(json: false)
        }
        let words = try HandedOver.words(options, of: Self.self, global, place: Paths.absolute)
        let build = try HandedOver.parse(SystemBuild.self, words)
        build.global.apply(json: build.plan.format.isJSON)
        var session = try BoxSession(
            build, words: words, box: try Box.find(box, in: Box.folder(of: .current)))
        session.machine.memoryMiB = boxMemory.flatMap(Self.mebibytes) ?? BoxSession.usualMemory
        session.machine.processors =
            boxSmpCpus ?? min(4, max(1, ProcessInfo.processInfo.activeProcessorCount))
        session.machine.keepsChanges = noSnapshot
        session.machine.isEmulated = noAccel
        session.machine.board = machine
        session.machine.processor = cpu
        session.job.isDebugging = boxDebug
        if let sharedPath { session.job.writable.insert(Paths.absolute(sharedPath)) }
        if isX86 || isARM { try session.require(isX86 ? "x86_64" : "aarch64") }
        try await session.run()
    }
}
