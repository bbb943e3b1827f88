import Foundation
import KiwiToolbox

/// A folder of one test.
struct TestPlace {
    let path = NSTemporaryDirectory() + "kiwi-test-\(UUID().uuidString)"

    init() throws { try FileSystem.makeFolder(path) }

    func remove() { try? FileSystem.removeTree(path) }

    /// A workspace for steps that run real programs, without a sandbox.
    ///
    /// - Parameter target: where results appear.
    func workspace(target: String = "") throws -> Workspace {
        let log = BuildLog()
        let work = "\(path)/\(UUID().uuidString)"
        for name in ["bulk", "scratch"] { try FileSystem.makeFolder("\(work)/\(name)") }
        return Workspace(
            runner: ProcessRunner(log: log), log: log,
            folders: WorkFolders(
                target: target, cache: "\(path)/cache", scratch: "\(work)/scratch", bulk: "\(work)/bulk"),
            artifacts: ArtifactStore(folder: "\(work)/bulk"),
            layers: LayerStore(mounts: MountTable(), stacking: .copy, useTmpfs: false),
            settings: BuildSettings())
    }
}
