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
                    ExportTree(layer: .configurationLayer, folder: request.root!, replace: request.allowExistingRoot)
                ])
        case .build:
            var steps = try rootTreeSteps()
            steps += try imageSteps()
            if keepsRoot {
                steps.append(
                    ExportTree(layer: .configurationLayer, folder: "\(request.target!)/build/image-root", replace: true))
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

    private func contents() throws -> DescriptionContents {
        try DescriptionContents.scan(image)
    }

    private func rootTreeSteps() throws -> [any BuildStep] {
        []
    }

    private func imageSteps() throws -> [any BuildStep] {
        []
    }
}
