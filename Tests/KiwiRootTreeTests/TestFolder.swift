import Foundation
import KiwiToolbox

/// A folder of its own for one test, removed afterwards.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/kiwi-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        let file = "\(path)/\(name)"
        try FileSystem.makeFolder(FileSystem.parent(of: file))
        try FileSystem.write(text, to: file)
    }

    func read(_ name: String) -> String? { try? FileSystem.readText("\(path)/\(name)") }
    func exists(_ name: String) -> Bool { FileSystem.exists("\(path)/\(name)") }

    /// A workspace whose folders lie here.
    func workspace(_ runner: any CommandRunner = FakeRunner(), settings: BuildSettings = BuildSettings())
        throws -> Workspace
    {
        for name in ["target", "cache", "scratch", "bulk"] { try FileSystem.makeFolder("\(path)/\(name)") }
        return Workspace(
            runner: runner, log: BuildLog(),
            folders: WorkFolders(
                target: "\(path)/target", cache: "\(path)/cache", scratch: "\(path)/scratch",
                bulk: "\(path)/bulk"),
            artifacts: ArtifactStore(folder: "\(path)/bulk"),
            layers: LayerStore(mounts: MountTable(), stacking: .copy, useTmpfs: false), settings: settings)
    }

    func tree(_ runner: any CommandRunner = FakeRunner(), settings: BuildSettings = BuildSettings()) throws
        -> RootTree
    {
        try FileSystem.makeFolder("\(path)/tree")
        return RootTree(path: "\(path)/tree", workspace: try workspace(runner, settings: settings))
    }
}
