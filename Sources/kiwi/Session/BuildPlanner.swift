import KiwiDescription
import KiwiDiagnostics
import KiwiImage
import KiwiRootTree
import KiwiToolbox

/// Puts the plans of the root tree and of the image together.
struct BuildPlanner {
    let request: BuildRequest
    let loaded: LoadedDescription
    let image: ResolvedImage

    func plan() throws -> BuildPlan {
        switch request.operation {
        case .prepare:
            let tree = try rootTreeSteps()
            return BuildPlan(
                steps: tree + [
                    ExportTree(
                        layer: .configurationLayer, folder: request.root!, replace: request.allowExistingRoot)
                ])
        case .build:
            var steps = try rootTreeSteps()
            steps += try imageSteps()
            if keepsRoot {
                steps.append(
                    ExportTree(
                        layer: .configurationLayer, folder: "\(request.target!)/build/image-root",
                        replace: true))
            }
            return BuildPlan(steps: steps)
        case .create:
            return BuildPlan(steps: try imageSteps(), given: [.configurationLayer])
        }
    }

    /// KIWI's place of the tree is filled when someone may look for it there.
    private var keepsRoot: Bool {
        request.keepRoot || Caller.current.isRoot || FileSystem.exists("/.buildenv")
    }

    private func rootTreeSteps() throws -> [any BuildStep] {
        var options = KiwiRootTree.PrepareOptions()
        options.mirrors = request.configuration.mirrors.map { MirrorRule(from: $0.from, to: $0.to) }
        let packageRequest = PackageRequest(for: image, options: options)
        let install = InstallOptions(
            architecture: image.architecture, excludeDocs: image.rpmExcludeDocs, locales: image.locales)
        return [
            ResolvePackages(request: packageRequest),
            FetchPackages(manager: image.packageManager, phase: .bootstrap),
            FetchPackages(manager: image.packageManager, phase: .system),
            MakeBootstrapLayer(manager: image.packageManager, options: install),
            MakePackagesLayer(manager: image.packageManager, options: install, parent: .bootstrapLayer),
        ]
    }

    private func imageSteps() throws -> [any BuildStep] {
        var options = CreateOptions()
        options.packagesLayer = .packagesLayer
        return try ImagePlanners.planner(for: image.type).steps(for: image, tree: .packagesLayer, options: options)
    }
}
