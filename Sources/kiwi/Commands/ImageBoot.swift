import ArgumentParser
import Foundation
import KiwiDeploy
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Synchronization

extension MachineOptions.Firmware: ExpressibleByArgument {}
extension MachineOptions.Medium: ExpressibleByArgument {}
extension MachineOptions.Network: ExpressibleByArgument {}

struct ImageBoot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boot", abstract: "Boot an image in a virtual machine.",
        discussion: """
            The serial console is on standard output. Without --expect the terminal is the machine's \
            (Ctrl-A X ends it). With --expect nothing is read: the command ends with 0 as soon as the text \
            appeared, and with 1 when the machine panics, stops in an emergency shell, ends or takes too long.

            The machine is of the architecture that the file's name says, or of --target-arch.

            No file is changed unless --write is given.

            Example: kiwi image boot live.iso --firmware uefi --as usb --expect 'login:'
            """)

    @Argument(help: .init("Image to boot.", valueName: "file"), completion: .file())
    var file: String?

    @Option(help: "Firmware of the machine (default: bios for x86, uefi for others and with --secure-boot).")
    var firmware: MachineOptions.Firmware?

    @Option(name: .customLong("as"), help: "How the image is attached (default: cdrom for *.iso, else disk).")
    var medium: MachineOptions.Medium?

    @Option(help: .init("Memory in MiB.", valueName: "number"))
    var memory = 2048

    @Option(
        parsing: .singleValue,
        help: .init(
            "Wait for this regular expression on the serial console. May be repeated: all must appear.",
            valueName: "regex"))
    var expect: [String] = []

    @Option(
        parsing: .singleValue,
        help: .init(
            "Type this text, and the enter key, once the regular expression has appeared on the serial console. May be repeated: the next one waits for the one before.",
            valueName: "regex=text"))
    var answer: [String] = []

    @Flag(help: "Firmware that starts only what is signed: UEFI with Secure Boot.")
    var secureBoot = false

    @Option(help: .init("Bytes of a logical sector of the disks: 512 or 4096.", valueName: "bytes"))
    var sectorSize = 512

    @Option(
        help: .init("Give up after this many seconds (default with --expect: 600).", valueName: "seconds"))
    var timeout: Double?

    @Flag(help: "Let the machine change the image and the disks.")
    var write = false

    @Option(
        parsing: .singleValue, help: .init("Attach a further disk. May be repeated.", valueName: "file"),
        completion: .file())
    var disk: [String] = []

    @Option(
        help: .init("Start this kernel instead of the image's boot loader.", valueName: "file"),
        completion: .file())
    var kernel: String?

    @Option(help: .init("Initrd for --kernel.", valueName: "file"), completion: .file())
    var initrd: String?

    @Option(help: .init("Kernel command line for --kernel.", valueName: "text"))
    var append: String?

    @Option(
        help: .init("Write the serial console to a file instead of standard output.", valueName: "file"),
        completion: .file())
    var console: String?

    @Option(help: "Network card of the machine (default: user; none with --expect).")
    var nic: MachineOptions.Network?

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if file == nil, kernel == nil { throw ValidationError("give an image to boot, or --kernel") }
        if kernel == nil, initrd != nil || append != nil {
            throw ValidationError("--initrd and --append need --kernel")
        }
        if memory < 64 { throw ValidationError("--memory must be at least 64 MiB") }
        if let timeout, timeout <= 0 { throw ValidationError("--timeout must be positive") }
        if file == nil, medium != nil { throw ValidationError("--as needs an image") }
        if console != nil, expect.isEmpty, timeout == nil {
            throw ValidationError("--console needs --expect or --timeout")
        }
        if secureBoot, firmware == .bios { throw ValidationError("--secure-boot needs --firmware uefi") }
        if ![512, 4096].contains(sectorSize) { throw ValidationError("--sector-size is 512 or 4096") }
        if !answer.isEmpty, expect.isEmpty, timeout == nil {
            throw ValidationError("--answer needs --expect or --timeout")
        }
        for text in answer {
            guard let answer = ConsoleAnswer(text), (try? Regex(answer.pattern)) != nil else {
                throw ValidationError("--answer '\(text)' is not REGEX=TEXT")
            }
        }
        for pattern in expect {
            do { _ = try ConsoleWatcher(expecting: [pattern]) } catch {
                throw ValidationError("--expect '\(pattern)' is no regular expression: \(error)")
            }
        }
    }

    func run() async throws {
        global.apply()
        let headless = !expect.isEmpty || timeout != nil
        var machine = try request(headless: headless).prepared()
        let probe = await AccelerationProbe.run(machine.kind)
        machine.acceleration = probe.acceleration
        if probe.acceleration == .tcg, global.level <= 20 {
            Output.message("note: the machine is emulated, which is slow: \(probe.reason)")
        }
        let run = BootRun(
            machine: machine, expectations: expect, answers: answer.compactMap(ConsoleAnswer.init),
            timeout: timeout ?? (expect.isEmpty ? nil : 600),
            temporaryFolder: Paths.absolute(global.tempDir ?? "/var/tmp"), console: try consoleWriter())
        if global.level <= 10 {
            Output.message(([machine.program] + machine.arguments).joined(separator: " "))
        }
        guard headless else {
            let code = try await run.runInteractively()
            if code != 0 { throw ArgumentParser.ExitCode(code) }
            return
        }
        let outcome = try await run.runHeadless()
        if let failure = outcome.failure(image: file ?? kernel ?? "") { throw failure }
        if global.level <= 20, !expect.isEmpty {
            Output.message(
                "found \(expect.map { "'\($0)'" }.joined(separator: ", ")) after \(tenths(outcome.seconds)) s"
            )
        }
    }

    private func request(headless: Bool) -> BootRequest {
        var request = BootRequest()
        request.image = file
        request.medium = medium
        request.architecture = global.targetArch.map(Architecture.init(rawValue:))
        request.firmware = secureBoot ? .uefi : firmware
        request.memoryMiB = memory
        request.secure = secureBoot
        request.sectorBytes = sectorSize
        request.disks = disk
        request.write = write
        request.kernel = kernel
        request.initrd = initrd
        request.append = append ?? ""
        request.console = headless ? .headless : .interactive
        request.network = nic ?? (headless ? .none : .user)
        return request
    }

    /// Plain lines to standard output, or the bytes as they are to a file.
    private func consoleWriter() throws -> @Sendable ([UInt8]) -> Void {
        guard let console else {
            let text = Mutex(ConsoleText())
            return { chunk in
                for line in text.withLock({ $0.take(chunk) }) { Output.result(line.isEmpty ? "\n" : line) }
            }
        }
        let descriptor = open(console, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Failure(
                .usage,
                Diagnostic(
                    "file-not-writable", "\(console) cannot be written: \(String(cString: strerror(errno)))"))
        }
        return { Output.raw($0, to: descriptor) }
    }
}
