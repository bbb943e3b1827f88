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
        var contents: [ImageContents] = []
        for (index, image) in images.enumerated() {
            let reader = try ImageReader(workspace, folder: "\(workspace.folders.bulk)/image-\(index)")
            contents.append(try await reader.read(image, shownAs: image))
            try FileSystem.removeTree("\(workspace.folders.bulk)/image-\(index)")
        }
        let comparison = ImageComparison(contents[0], contents[1])
        if json { try Output.json(comparison) } else { Output.result(comparison.text()) }
        equal.withLock { $0 = comparison.isEqual }
    }
    return equal.withLock { $0 }
}
