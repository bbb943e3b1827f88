import Foundation
import KiwiDiagnostics
import KiwiToolbox

/// Lines to standard error, and with `--logfile` also to the end of a file.
final class LogWriter: Sendable {
    private let file: Int32?

    /// - Parameter file: `--logfile`; `stdout` means standard output.
    init(file name: String?) throws {
        guard let name else {
            file = nil
            return
        }
        let path = name == "stdout" ? "/dev/stdout" : Paths.absolute(name)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Failure(
                .machineLacks,
                Diagnostic(
                    "unwritable-log", "cannot write the log \(path): \(String(cString: strerror(errno)))",
                    remedy: "choose another --logfile"))
        }
        file = descriptor
    }

    deinit { if let file { close(file) } }

    func write(_ line: String) {
        Output.message(line)
        if let file { Output.write(line, to: file) }
    }
}
