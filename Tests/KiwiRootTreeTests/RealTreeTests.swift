import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

private struct PrintingObserver: BuildObserver {
    func observe(_ event: BuildEvent) {
        switch event {
        case .message(let level, let text) where level >= .info: print("\(level): \(text)")
        case .stepStarted(let id, _): print("start \(id)")
        case .stepFinished(let id, let seconds, let reused): print("done \(id) \(tenths(seconds)) s\(reused ? " (reused)" : "")")
        default: break
        }
    }
}

/// Builds a tree with the machine's real tools. Runs where KIWI_TEST_REAL names a folder and the
/// process is in a sandbox already.
@Suite struct RealTreeTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["KIWI_TEST_REAL"] != nil))
    func prepare() async throws {
        let folder = ProcessInfo.processInfo.environment["KIWI_TEST_REAL"] ?? ""
        let packages = ["linux-image-amd64", "dracut", "dracut-live", "dracut-config-generic", "systemd", "systemd-sysv", "udev", "bash", "login", "passwd", "util-linux", "mount", "kmod", "e2fsprogs", "iproute2", "procps", "less", "zstd"]
        let image = Sample.image(packages: packages)
        var setup = Worker.Setup(bulkParent: "\(folder)/work", cache: "\(folder)/cache")
        setup.target = "\(folder)/target"
        if ProcessInfo.processInfo.environment["KIWI_TEST_NO_CACHE"] != nil { setup.settings.useCache = false }
        try FileManager.default.createDirectory(atPath: setup.target, withIntermediateDirectories: true)
        let log = BuildLog(observer: PrintingObserver())
        log.open("\(folder)/log")
        let options = InstallOptions(architecture: .x86_64)
        let steps: [any BuildStep] = [
            ResolvePackages(request: PackageRequest(for: image)),
            FetchPackages(manager: image.packageManager, phase: .bootstrap),
            FetchPackages(manager: image.packageManager, phase: .system),
            MakeBootstrapLayer(manager: image.packageManager, options: options),
            MakePackagesLayer(manager: image.packageManager, options: options, parent: .bootstrapLayer),
        ]
        do {
            let worker = Worker(setup, log: log)
            try await worker.run { workspace in
                try await Executor(
                    plan: BuildPlan(steps: steps), workspace: workspace,
                    commonKey: worker.commonKey(architecture: "x86_64")).run()
                try await workspace.withTree(of: .packagesLayer) { tree in
                    let list = try await Apt().packageList(in: tree)
                    print("installed: \(list.split(separator: "\n").count)")
                    print(try await Apt().verification(of: tree))
                    print(try await Apt().changes(in: tree).utf8.count)
                }
            }
        } catch let failure as Failure {
            print(DiagnosticRenderer().render(failure.diagnostics))
            throw failure
        }
    }
}
