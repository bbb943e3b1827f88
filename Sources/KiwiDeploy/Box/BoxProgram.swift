import KiwiBoot
import KiwiDiagnostics
import KiwiToolbox

/// This program as a box gets it: the file itself, its boot code, and the libraries that no distribution has.
public struct BoxProgram: Sendable, Hashable {
    public var program: String
    /// The folder that KIWI_DATA_DIR names in the box.
    public var data: String
    public var libraries: [String]

    public init(program: String, data: String, libraries: [String]) {
        self.program = program
        self.data = data
        self.libraries = libraries
    }

    /// The running program.
    public static func running() throws(Failure) -> BoxProgram {
        let data = try data()
        let maps = (try? FileSystem.readText("/proc/self/maps")) ?? ""
        return BoxProgram(
            program: TreePath.readLink("/proc/self/exe") ?? "", data: data, libraries: libraries(inMaps: maps)
        )
    }

    private static func data() throws(Failure) -> String {
        FileSystem.parent(of: try BootResources.locate().dracutModules)
    }

    /// What every box does, whichever program it runs.
    static func script() throws -> String { try FileSystem.readText("\(try data())/boot/box/run") }

    /// The loaded libraries outside of the folders of distributions, by `/proc/PID/maps`.
    static func libraries(inMaps text: String) -> [String] {
        let paths = text.split(separator: "\n").compactMap { line in
            line.firstIndex(of: "/").map { String(line[$0...]) }
        }
        let own = Set(paths).filter { path in
            FileSystem.name(of: path).contains(".so")
                && !["/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/"].contains { path.hasPrefix($0) }
        }
        return own.sorted()
    }

    /// Copies it into a folder.
    public func copy(to folder: String) async throws {
        try FileSystem.makeFolder(folder)
        var calls = [
            ["--dereference", program, "\(folder)/kiwi"], ["-r", "--dereference", data, "\(folder)/data"],
        ]
        if !libraries.isEmpty {
            try FileSystem.makeFolder("\(folder)/lib")
            calls.append(["--dereference", "--target-directory", "\(folder)/lib"] + libraries)
        }
        for words in calls {
            let result = await capture("cp", ["--reflink=auto"] + words, timeout: 600)
            guard result.exitCode == 0 else {
                throw Failure(
                    .machineLacks,
                    Diagnostic(
                        "box-program", "the program cannot be copied for the box",
                        remedy: "make room in \(folder), or choose another --target-dir",
                        notes: [result.text]))
            }
        }
    }
}
