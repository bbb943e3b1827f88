import KiwiDiagnostics
import KiwiToolbox

/// Removes what a build left in a target folder, also files of mapped users.
func cleanSandboxed(_ request: CleanRequest, observer: any BuildObserver) async throws {
    let places = request.places.filter(FileSystem.exists)
    if SandboxLauncher.current == nil {
        guard FileSystem.exists(request.target) else {
            throw Failure(
                .usage,
                Diagnostic("no-target", "there is no folder \(request.target)", remedy: "check --target-dir"))
        }
        guard !places.isEmpty else { return }
        let log = "\(request.target)/build/image-root.log"
        let lock = FileSystem.exists(log) ? try TargetLock(log) : nil
        defer { withExtendedLifetime(lock) {} }
        return try await enterSandbox(request.sandbox)
    }
    for place in places { try FileSystem.removeTree(place) }
}

extension CleanRequest {
    /// A root tree itself; of a target folder only what builds made besides results.
    fileprivate var places: [String] {
        if FileSystem.exists("\(target)/image/config.xml") { return [target] }
        return ["\(target)/build"]
    }
}
