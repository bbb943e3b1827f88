import ArgumentParser
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

struct ImageWrite: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "write", abstract: "Write an image to a stick; everything on it is lost.",
        discussion: """
            Without --device the sticks that are plugged in are listed, and the one whose name is typed is written. \
            Disks that cannot be taken out are refused, and those that are mounted. A file is written as if it were a \
            stick: one that exists keeps its size.

            Example: sudo kiwi image write live.iso --device sdb
            """)

    @Argument(help: .init("A live ISO, a raw disk, a medium.", valueName: "image"), completion: .file())
    var image: String
    @Option(
        help: .init("Name of the stick, for example sdb, or a file; nothing is asked.", valueName: "device"),
        completion: .file())
    var device: String?
    @Flag(help: "Also write to a disk that cannot be taken out.") var anyDevice = false
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        global.apply()
        let name = try device ?? ask()
        let writer = try StickWriter(
            Paths.absolute(image), to: name.contains("/") ? Paths.absolute(name) : name, anyDevice: anyDevice)
        var last = ContinuousClock.now
        try writer.run { done, all in
            guard global.level <= 20, last.duration(to: .now) > .seconds(5) else { return }
            last = .now
            Output.message("still writing: \(SpaceCheck.binarySize(done)) of \(SpaceCheck.binarySize(all))")
        }
        if global.level <= 20 { Output.message("\(FileSystem.name(of: image)) is on \(name)") }
    }

    /// Lists the sticks and reads the name of one: typing it is the consent.
    private func ask() throws -> String {
        let sticks = RemovableDevice.all().filter { $0.isRemovable || anyDevice }
        guard !sticks.isEmpty else {
            throw Failure(
                .machineLacks,
                Diagnostic(
                    "stick-none", "no stick is plugged in",
                    remedy: "plug one in, or name a device or file: --device NAME"))
        }
        for stick in sticks { Output.message(stick.text) }
        Output.message("Everything on the stick will be lost. Type its name to write it:")
        let answer = readLine()?.filter { !$0.isWhitespace } ?? ""
        guard sticks.contains(where: { $0.name == answer }) else {
            throw Failure(
                .usage,
                Diagnostic(
                    "stick-none", "'\(answer)' is none of these: nothing was written",
                    remedy: "type one of \(sticks.map(\.name).joined(separator: ", "))"))
        }
        return answer
    }
}
