import ArgumentParser
import KiwiImage
import KiwiToolbox
import Synchronization

/// Compares two images in the sandbox, where owners of files can be restored.
/// - Returns: whether they are equal.
func diffSandboxed(
    _ paths: [String], json: Bool, _ global: GlobalOptions, observer: any BuildObserver
) async throws -> Bool {
    let images = try paths.map { path throws in try ImageReader.image(at: path) }
    guard SandboxLauncher.current != nil else {
        try ToolCheck.require(try images.flatMap(ImageReader.tools))
        try await enterSandbox(try BuildRequest.sandbox(global.sandbox))
        return true
    }
    let equal = Mutex(false)
    let place = global.tempDir.map(Paths.absolute) ?? "/var/tmp"
    try await Worker(.small(global, in: place), log: BuildLog(observer: observer)).run { workspace in
        let comparison = try await ImageReader.compare(images[0], images[1], in: workspace)
        if json { try Output.json(comparison) } else { Output.result(comparison.text()) }
        equal.withLock { $0 = comparison.isEqual }
    }
    return equal.withLock { $0 }
}
