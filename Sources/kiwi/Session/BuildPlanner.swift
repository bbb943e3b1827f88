import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiImage
import KiwiRootTree
import KiwiToolbox

/// Puts the plans of the root tree and of the image together.
struct BuildPlanner {
    let request: BuildRequest
    let loaded: LoadedDescription
    let choices: ResolveRequest
    let image: ResolvedImage
    let contents: DescriptionContents
    /// What the initrd is made from, when it is not made by dracut.
    private let boot: BootSession?

    init(
        _ request: BuildRequest, _ loaded: LoadedDescription, _ choices: ResolveRequest,
        _ image: ResolvedImage
    ) throws {
        self.request = request
        self.loaded = loaded
        self.choices = choices
        self.image = image
        contents = try DescriptionContents.scan(image)
        boot = !request.makesImage ? nil : try BootSession(image, contents)
    }

    /// What create must know of prepare besides the tree.
    static let recorded: [Artifact] = [.clock, .deviceNodes, .usedRepositories]

    func plan() throws -> BuildPlan {
        switch request.operation {
        case .prepare:
            let export = ExportTree(
                layer: .configurationLayer, folder: request.root!, replace: request.allowExistingRoot,
                record: Self.recorded)
            return BuildPlan(steps: try rootTreeSteps() + [export])
        case .build:
            var steps = try rootTreeSteps() + imageSteps()
            if keepsRoot {
                steps.append(
                    ExportTree(
                        layer: .configurationLayer, folder: "\(request.target!)/build/image-root",
                        replace: true,
                        record: Self.recorded))
            }
            return BuildPlan(steps: steps)
        case .update:
            let steps = try UpdatePlanner.steps(
                for: image, added: request.overrides.addPackages, removed: request.overrides.deletePackages,
                options: prepareOptions())
            let export = ExportTree(
                layer: .updatedLayer, folder: request.root!, replace: true, record: Self.recorded)
            let made = Set(steps.flatMap(\.writes))
            return BuildPlan(
                steps: steps + [export],
                given: Set([.configurationLayer] + Self.recorded).subtracting(made))
        case .stash:
            let stash = request.stash!
            return BuildPlan(
                steps: stash.stash.steps(
                    keeping: .configurationLayer, of: image, tag: stash.tag, owner: .caller),
                given: Set([.configurationLayer] + Self.recorded))
        case .create:
            return BuildPlan(
                steps: try imageSteps(), given: Set([.configurationLayer] + Self.recorded))
        }
    }

    /// Findings about the request that do not stop the build.
    var warnings: [Diagnostic] {
        let tree =
            request.usesGivenTree
            ? [] : RootTreePlanner.warnings(for: image, options: (try? prepareOptions()) ?? .init())
        let result =
            !request.makesImage
            ? [] : (try? ImagePlanners.planner(for: image.type).notes(for: image)) ?? []
        return tree + result + layers + (boot?.warnings ?? [])
    }

    /// Layers that were asked for and cannot be made.
    private var layers: [Diagnostic] {
        func without(_ why: String, remedy: String) -> [Diagnostic] {
            [Diagnostic("no-effect", .warning, "no layer of packages is made: \(why)", remedy: remedy)]
        }
        let isContainer = ["docker", "oci"].contains(image.type.image)
        if request.containerLayers == .packages, !isContainer {
            return without(
                "'\(image.type.image)' is no container", remedy: "remove --container-layers")
        }
        if request.operation == .create, isContainer, request.configuration.containerLayers == .packages {
            return without(
                "a prepared tree does not know which files its packages left",
                remedy: "make packages and configuration in one run: 'kiwi system build'")
        }
        return []
    }

    /// KIWI's place of the tree is filled when someone may look for it there.
    private var keepsRoot: Bool {
        request.keepRoot
            || !request.isOneOfSeveral && (Caller.current.isRoot || Caller.isBuildServiceWorker)
    }

    private func rootTreeSteps() throws -> [any BuildStep] {
        let space = CheckSpace(
            makesImage: request.operation == .build, writesTree: request.operation == .prepare || keepsRoot)
        return [space]
            + (try RootTreePlanner.steps(for: image, contents: contents, options: prepareOptions()))
    }

    private func imageSteps() throws -> [any BuildStep] {
        let planner = try ImagePlanners.planner(for: image.type)
        let tree = CreateTreePlanner(
            image: image, contents: contents, options: try prepareOptions(),
            oldProfile: request.operation == .create
                ? (try? FileSystem.readText("\(request.root!)/.profile")) ?? "" : nil)
        var before = tree.steps
        if request.operation == .create, ["docker", "oci"].contains(image.type.image),
            image.type.string("derived_from") != nil
        {
            before += [RestoreBaseImage(tree: .configurationLayer), UnpackBaseImage()]
        }
        var options = try createOptions()
        if let boot {
            let plan = try boot.plan(try prepareOptions())
            before += plan.steps
            options.bootTree = plan.tree
        }
        let steps = try planner.steps(for: image, tree: tree.layer, options: options)
        return before
            + (boot?.givingArchives(to: steps) ?? BootArchives.given(to: steps, of: image, contents))
    }

    private func prepareOptions() throws -> KiwiRootTree.PrepareOptions {
        var options = KiwiRootTree.PrepareOptions()
        options.mirrors = request.configuration.mirrors.map { MirrorRule(from: $0.from, to: $0.to) }
        options.clearCache = request.clearCache
        options.lock = try request.lockFile.map { path throws(Failure) in try PackageLock.read(path) }
        options.descriptionText = try loaded.stateCopy(choices)
        options.obsDownloadURL = request.configuration.obsDownloadURL
        options.keepIdentity = request.keepIdentity
        options.isBuildServiceWorker = Caller.isBuildServiceWorker
        options.registries = request.registries
        options.stack = request.stack
        options.reusesScripts = request.configuration.cacheScripts
        return options
    }

    private func createOptions() throws -> CreateOptions {
        var options = CreateOptions()
        if request.operation == .build { options.packagesLayer = .packagesLayer }
        options.maximumBytes = request.configuration.maximumSize
        options.compressInBundle = request.configuration.bundleCompress
        options.writeChanges = request.configuration.packageChanges && !Caller.isBuildServiceWorker
        options.xzOptions = request.configuration.xzOptions
        options.compressContainers = request.configuration.containerCompress
        options.registries = request.registries
        options.separatesPackages = request.separatesPackages
        options.signingKey = request.configuration.signingKeyFile
        options.sourceAddress = (try? FileSystem.readText("/.buildenv")).flatMap(BuildService.sourceAddress)
        options.owner = .caller
        var digestible = [
            try loaded.stateCopy(choices),
            String(decoding: try CanonicalJSON.encode(contents), as: UTF8.self),
        ]
        if let boot { digestible += try boot.digestible() }
        options.descriptionDigest = Digest(ofParts: digestible).hex
        options.manifest = request.manifestFacts
        options.program = ProgramVersion.own
        options.scripts = contents.scripts
        return options
    }
}

extension BuildRequest {
    fileprivate var separatesPackages: Bool {
        (containerLayers ?? configuration.containerLayers) == .packages
    }

    /// Options that change what is built, for the manifest.
    fileprivate var manifestFacts: [String: String] {
        var facts: [String: String] = ["operation": operation.rawValue]
        if !profiles.isEmpty { facts["profiles"] = profiles.joined(separator: ",") }
        if let type { facts["type"] = type }
        if !overrides.addPackages.isEmpty {
            facts["add-package"] = overrides.addPackages.joined(separator: ",")
        }
        if !overrides.deletePackages.isEmpty {
            facts["delete-package"] = overrides.deletePackages.joined(separator: ",")
        }
        if !environment.isEmpty { facts["setenv"] = environment.keys.sorted().joined(separator: ",") }
        if operation == .build, separatesPackages {
            facts["container-layers"] = "packages"
        }
        if !stack.isEmpty { facts["stash"] = stack.map(\.text).joined(separator: ",") }
        if lockFile != nil { facts["locked"] = "yes" }
        if network == .none { facts["network"] = "none" }
        return facts
    }
}
