import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// How a box is started.
public struct BoxMachine: Sendable {
    public var files: BoxFiles
    /// The disk for everything large.
    public var cacheDisk: String
    public var memoryMiB: Int
    public var processors: Int
    /// Keep what the build changes in the box itself.
    public var keepsChanges = false
    /// Start without the processor's help even where it has some.
    public var isEmulated = false
    /// QEMU's words for `-machine` and `-cpu`.
    public var board: String?
    public var processor: String?
    /// Show everything the machine says.
    public var isVerbose = false

    public init(files: BoxFiles, cacheDisk: String, memoryMiB: Int, processors: Int) {
        self.files = files
        self.cacheDisk = cacheDisk
        self.memoryMiB = memoryMiB
        self.processors = processors
    }

    static let jobTag = "kiwi-job"
    static let outputTag = "kiwi-out"

    /// The machine for a job, which lies in the folder `work`.
    /// - Throws: `Failure` for what this machine lacks.
    func options(_ shares: [MachineOptions.Share], work: BoxWork, console: MachineOptions.Console)
        throws -> MachineOptions
    {
        var request = BootRequest()
        request.architecture = files.architecture
        request.kernel = files.kernel
        request.initrd = files.initrd
        request.memoryMiB = memoryMiB
        request.console = console
        request.network = .user
        var machine = try request.prepared()
        machine.processors = processors
        machine.board = board
        machine.processor = processor
        machine.image = .init(file: files.disk, isKept: keepsChanges)
        machine.disks = [.init(file: cacheDisk, isKept: true)]
        machine.shares =
            shares + [
                .init(tag: Self.jobTag, folder: work.job, isReadOnly: true),
                .init(tag: Self.outputTag, folder: work.output, isReadOnly: false),
            ]
        let quiet =
            isVerbose
            ? "" : " quiet loglevel=0 systemd.show_status=0 rd.systemd.show_status=0 rd.udev.log_level=0"
        machine.direct?.append =
            files.append.split(whereSeparator: \.isNewline).joined(separator: " ")
            + " console=\(machine.kind.serialConsole) panic=-1 mitigations=off\(quiet)"
        return machine
    }
}

/// The folder of one job on this machine.
public struct BoxWork: Sendable, Hashable {
    public var folder: String
    public init(folder: String) { self.folder = folder }

    /// What the box reads.
    var job: String { "\(folder)/job" }
    /// What it writes.
    var output: String { "\(folder)/out" }
    /// The files it hands out, in the target folder's structure.
    public var results: String { "\(output)/results" }
    /// What the program in the box wrote to its standard output.
    public var standardOutput: String { text("output", limit: 64 << 20) ?? "" }
    /// The exit code of the program in the box; nil when it did not come to its end.
    public var exitCode: Int32? {
        text("status", limit: 64).flatMap { Int32($0.split(whereSeparator: \.isWhitespace).first ?? "") }
    }

    /// Scripts of the image could have put a link to a file of this machine there.
    private func text(_ name: String, limit: Int) -> String? {
        let file = "\(output)/\(name)"
        return FileSystem.isRegularFile(file) ? try? FileSystem.readText(file, limit: limit) : nil
    }
}
