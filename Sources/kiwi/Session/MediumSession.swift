import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

/// Makes a medium from files of builds, in the sandbox: the outer process checks, the inner one works.
func makeMediumSandboxed(_ request: MediumRequest, _ global: GlobalOptions, observer: any BuildObserver)
    async throws
{
    let medium = try MediumPlan(request)
    let target = FileSystem.parent(of: request.output)
    guard SandboxLauncher.current != nil else {
        guard FileSystem.isFolder(target) else {
            throw Failure(
                .usage,
                Diagnostic("no-destination", "there is no folder '\(target)'", remedy: "make it"))
        }
        try medium.plan.check()
        try ToolCheck.require(medium.plan.tools)
        let need = SpaceCheck.Need(folder: target, bytes: medium.neededBytes, purpose: "the medium")
        let findings = SpaceCheck.findings([need])
        if !findings.isEmpty { throw Failure(.machineLacks, findings) }
        return try await enterSandbox(try BuildRequest.sandbox(global.sandbox))
    }
    var setup = Worker.Setup.small(global, in: target)
    setup.target = target
    setup.settings.useCache = false
    try await Worker(setup, log: BuildLog(observer: observer)).run { try await medium.run(in: $0) }
}
