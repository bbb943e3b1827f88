import Foundation
import KiwiToolbox

/// A folder of one test, with a workspace in it that runs real programs.
struct StackPlace {
    let path = NSTemporaryDirectory() + "kiwi-stack-\(UUID().uuidString)"
    let uuid = DerivedID(key: "k", type: "oem", role: "test").uuid
    let log = BuildLog()
    let workspace: Workspace

    init() throws {
        for name in ["bulk", "scratch"] { try FileSystem.makeFolder("\(path)/\(name)") }
        var workspace = Workspace(
            runner: ProcessRunner(log: log), log: log,
            folders: WorkFolders(
                target: "", cache: "\(path)/cache", scratch: "\(path)/scratch", bulk: "\(path)/bulk"),
            artifacts: ArtifactStore(folder: "\(path)/bulk"),
            layers: LayerStore(mounts: MountTable(), stacking: .copy, useTmpfs: false),
            settings: BuildSettings())
        workspace.stepID = "test"
        self.workspace = workspace
        guard log.open("\(path)/log") else { throw FileError.current("open", "\(path)/log") }
    }

    func remove() { try? FileSystem.removeTree(path) }

    func output(_ tool: String, _ arguments: [String]) async throws -> String {
        try await workspace.runner.run(ToolCall(tool, arguments, output: .capture())).output
    }

    /// A file of so many bytes, none of them in a repeating pattern, with a hole of 1 MiB at its middle.
    func content(bytes: Int) throws -> String {
        let file = "\(path)/plain"
        var state: UInt64 = 7
        var content = [UInt8]()
        content.reserveCapacity(bytes)
        for _ in 0..<bytes {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            content.append(UInt8(truncatingIfNeeded: state >> 56))
        }
        try FileSystem.makeSparse(file, bytes: Int64(bytes + 1 << 20))
        let half = bytes / 2
        for (offset, part) in [(0, content[..<half]), (half + 1 << 20, content[half...])] {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
            try handle.seek(toOffset: UInt64(offset))
            try handle.write(contentsOf: Data(part))
            try handle.close()
        }
        return file
    }
}
