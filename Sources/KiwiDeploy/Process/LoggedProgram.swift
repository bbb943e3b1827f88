import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// A program that runs beside this one and dies with it; what it says arrives line by line.
final class LoggedProgram: Sendable {
    private let child: ChildProcess
    private let reader: Task<[String], Never>

    /// - Parameters:
    ///   - output: its standard output; its messages are those of standard error.
    ///   - line: told each line that is not empty, and gives what to remember of it.
    init(
        _ program: String, _ arguments: [String], input: ChildProcess.Stream = .null,
        output: ChildProcess.Stream = .null, line: @escaping @Sendable (String) -> String
    ) throws {
        guard let pipe = Pipes.make() else { throw FileError.current("make a pipe for", program) }
        do {
            child = try ChildProcess(
                program, arguments, input: input, output: output, error: .descriptor(pipe.write))
        } catch {
            close(pipe.read)
            close(pipe.write)
            throw error
        }
        close(pipe.write)
        reader = Task {
            var rest: [UInt8] = []
            var last: [String] = []
            for await chunk in Pipes.chunks(pipe.read) {
                rest += chunk
                while let end = rest.firstIndex(of: 10) {
                    let text = String(decoding: rest[..<end], as: UTF8.self)
                    rest.removeFirst(end + 1)
                    if !text.isEmpty { last = last.suffix(9) + [line(text)] }
                }
                if rest.count > 1 << 16 { rest = [] }
            }
            return last
        }
    }

    var hasEnded: Bool { child.exitCode != nil }

    /// Waits for its end and gives its last lines.
    func wait() async -> [String] {
        _ = await child.wait()
        return await reader.value
    }

    func stop() async {
        await child.stop()
        _ = await reader.value
    }

    /// The call of a program that runs as nobody, with rights of its own: a program's own change of the user would make
    /// the kernel forget that it ends together with us.
    static func asNobody(_ program: String, _ arguments: [String], rights: [String]) -> (
        program: String, arguments: [String]
    ) {
        let list = rights.map { "+\($0)" }.joined(separator: ",")
        return (
            "setpriv",
            [
                "--reuid", "\(nobody)", "--regid", "\(nobody)", "--clear-groups", "--inh-caps", list,
                "--ambient-caps", list, "--pdeathsig", "KILL", "--", program,
            ] + arguments
        )
    }

    /// The user and group without rights, on every Linux.
    static let nobody: UInt32 = 65534
}
