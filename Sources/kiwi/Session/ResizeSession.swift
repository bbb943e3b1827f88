import KiwiDescription
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

/// Makes the disk of a finished build larger, in the sandbox, where a signal or the end of the caller
/// leaves the old files.
func resizeSandboxed(_ request: ResizeRequest, _ global: GlobalOptions, observer: any BuildObserver)
    async throws
{
    guard let resize = try ResizePlan(request) else {
        if SandboxLauncher.current == nil {
            Output.message("Raw disk is already at \(request.bytes) bytes")
        }
        return
    }
    guard SandboxLauncher.current != nil else {
        Report.findings(resize.notes)
        try resize.plan.check()
        try ToolCheck.require(resize.plan.tools)
        let need = SpaceCheck.Need(
            folder: request.target, bytes: resize.neededBytes, purpose: "the larger disk")
        let findings = SpaceCheck.findings([need])
        if !findings.isEmpty { throw Failure(.machineLacks, findings) }
        // A build that is writing there must end first.
        let log = "\(request.target)/build/image-root.log"
        let lock = FileSystem.exists(log) ? try TargetLock(log) : nil
        defer { withExtendedLifetime(lock) {} }
        return try await enterSandbox(try BuildRequest.sandbox(global.sandbox))
    }
    var setup = Worker.Setup.small(global, in: request.target)
    setup.target = request.target
    setup.settings.useCache = false
    try await Worker(setup, log: BuildLog(observer: observer)).run { try await resize.run(in: $0) }
}

/// The format of a disk as the description in a root tree says it; nil for a raw disk.
func diskFormat(inTree root: String, _ global: GlobalOptions) throws -> DiskFormat? {
    guard FileSystem.isFolder(root) else {
        throw Failure(
            .usage,
            Diagnostic(
                "no-root", "there is no root tree \(root)",
                remedy: "make it with 'kiwi system prepare', or leave --root out"))
    }
    let image = "\(root)/image"
    let loaded = try DescriptionLoader.load(
        folder: FileSystem.isFolder(image) ? image : root, fileName: global.kiwiFile,
        fetch: SmallDownload.fetch)
    let request = try BuildRequest(.create, global)
    let resolved = try loaded.resolve(
        ResolveRequest(
            profiles: request.profiles,
            architecture: request.targetArchitecture.map(Architecture.init(rawValue:)) ?? .host,
            type: request.types.first))
    return try DiskFormat.of(resolved, options: CreateOptions())
}
