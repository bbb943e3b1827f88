import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

/// Writes a bundle in the sandbox, where a signal or the end of the caller leaves nothing behind.
func bundleSandboxed(_ request: BundleRequest, _ global: GlobalOptions, observer: any BuildObserver)
    async throws
{
    let writer = try BundleWriter(request)
    guard SandboxLauncher.current != nil else {
        try ToolCheck.require(writer.tools)
        let need = SpaceCheck.Need(folder: request.folder, bytes: writer.neededBytes, purpose: "the bundle")
        let findings = SpaceCheck.findings([need])
        if !findings.isEmpty { throw Failure(.machineLacks, findings) }
        return try await enterSandbox(try BuildRequest.sandbox(global.sandbox))
    }
    try await Worker(.small(global, in: request.folder), log: BuildLog(observer: observer)).run { workspace in
        let files = try await writer.write(in: workspace)
        Output.result(files.joined(separator: "\n"))
    }
}

extension Worker.Setup {
    /// For work without layers.
    static func small(_ global: GlobalOptions, in folder: String) -> Worker.Setup {
        var setup = Worker.Setup(bulkParent: folder, cache: Paths.cache(global.sharedCacheDir))
        if let temporary = global.tempDir { setup.temporary = Paths.absolute(temporary) }
        setup.useTmpfs = false
        setup.stacking = .copy
        return setup
    }
}
