import Foundation
import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

extension FormerCommandLine {
    /// Does what was asked for by calls of today, and says once which they are.
    ///
    /// - Returns: the exit code when a call fails; the last call takes the place of this process.
    func run() throws -> Int32 {
        var line = self
        if operation == .create || operation == .build, let destination, !FileSystem.isFolder(destination) {
            throw Failure(
                .usage,
                Diagnostic(
                    "no-destination", "there is no folder '\(destination)'",
                    remedy:
                        "make it, or call 'kiwi \(operation == .create ? "system create" : "system build")', which does"
                ))
        }
        if [.bootVM, .installCD, .installStick].contains(operation), system == nil {
            throw Failure(
                .usage,
                Diagnostic(
                    "usage", "the system image is not named",
                    remedy: operation == .bootVM ? "--bootvm-system IMAGE" : "--installcd-system IMAGE"))
        }
        if operation == .prepare, root == nil { line.root = try rootWithoutName() }
        if line.newRoot, let root = line.root, !FileSystem.exists(root) { line.newRoot = false }
        var calls = line.calls
        guard let last = calls.popLast() else { return try Self.replaceProcess("openssl", ["passwd", "-6"]) }
        for call in calls + [last] {
            let words = call.map(ToolCall.quoted).joined(separator: " ")
            Report.once([Diagnostic("former-command", .note, at: nil, "today this is written: kiwi \(words)")]
            )
        }
        let program = FileSystem.realPath("/proc/self/exe") ?? CommandLine.arguments[0]
        for call in calls {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = call
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { return process.terminationStatus }
        }
        return try Self.replaceProcess(program, last)
    }

    /// What the description says, else a new folder: KIWI 1 made one too.
    private func rootWithoutName() throws -> String {
        if let folder = try? DefaultFolders.root(nil, description: object, GlobalOptions.parse([])) {
            return folder
        }
        let folder = try ScratchFolder(in: NSTemporaryDirectory()).path
        Report.once([
            Diagnostic("default-folder", .note, at: nil, "--root is not given: the tree is \(folder)/root")
        ])
        return "\(folder)/root"
    }

    private static func replaceProcess(_ program: String, _ arguments: [String]) throws -> Int32 {
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        execvp(program, &words)
        throw Failure(
            .machineLacks,
            Diagnostic(
                "tool-missing", "cannot start \(program): \(String(cString: strerror(errno)))",
                remedy: "install \(program)"))
    }
}
