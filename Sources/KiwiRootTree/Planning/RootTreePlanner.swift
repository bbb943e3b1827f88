import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Plans the root tree of an image: pure, nothing is touched.
public enum RootTreePlanner {
    /// - Throws: `Failure` when the image's package manager is unknown or its request is wrong.
    public static func steps(
        for image: ResolvedImage, contents: DescriptionContents, options: PrepareOptions = PrepareOptions()
    ) throws -> [any BuildStep] {
        let manager = try PackageManagerRegistry.manager(for: image)
        let derived = try BaseImageSource.all(of: image, isWorker: options.isBuildServiceWorker)
        let sources = options.stack.isEmpty ? derived : options.stack
        let base: Artifact? = sources.isEmpty ? nil : .baseTree
        var request = PackageRequest(for: image, options: options)
        request.base = base
        let problems =
            notBuilt(image, manager) + twoBases(image, derived, options.stack)
            + manager.findings(request).filter { $0.severity == .error }
        if !problems.isEmpty { throw Failure(.descriptionWrong, problems) }
        if let lock = request.lock { try lock.check(request) }
        let install = InstallOptions(
            architecture: image.architecture, excludeDocs: image.rpmExcludeDocs,
            locales: image.rpmLocaleFiltering ? image.locales : [])
        let order = PrepareOrder.of(schemaVersion: image.sourceSchemaVersion)
        let input = ConfigurationInput(for: image, options: options)
        let scripts = !contents.scripts.isEmpty || !contents.packageScripts.isEmpty
        let functions = scripts ? try KiwiFunctions.file() : nil
        let certificates = try CertificateSetup(for: image)
        let extras = !image.bootstrap.archives.isEmpty || contents.has(.postBootstrap) || certificates != nil

        var steps: [any BuildStep] = []
        if base != nil {
            steps.append(
                ImportBaseImage(
                    sources, architecture: image.architecture, access: options.registries,
                    because: image.type.position(of: "derived_from")))
            steps.append(UnpackBaseImage(withoutDescription: !options.stack.isEmpty))
        }
        steps += [
            ResolvePackages(request: request),
            FetchPackages(manager: image.packageManager, phase: .bootstrap),
            FetchPackages(manager: image.packageManager, phase: .system),
            MakeBootstrapLayer(manager: image.packageManager, options: install, base: base),
        ]
        if extras {
            steps.append(
                MakeBootstrapExtrasLayer(
                    input: input, contents: contents, functions: functions,
                    sortsArchives: order.sortsArchives,
                    certificates: certificates, reusesScripts: options.reusesScripts))
        }
        steps.append(
            MakePackagesLayer(
                manager: image.packageManager, options: install,
                parent: extras ? .bootstrapExtrasLayer : .bootstrapLayer,
                isInTree: manager.worksInTree
                    && request.bootstrap.packages.contains { $0.value == manager.ownPackage }))
        steps.append(
            MakeConfigurationLayer(
                input: input, contents: contents, order: order, functions: functions,
                hasBootstrapExtras: extras, hasBaseImage: !derived.isEmpty, delta: DeltaRoot(of: image.type),
                systemFiles: SystemFiles(of: image),
                reusesScripts: options.reusesScripts))
        return steps
    }

    /// What the tree would lack without a word.
    private static func notBuilt(_ image: ResolvedImage, _ manager: any PackageManager) -> [Diagnostic] {
        func refusal(_ what: String, at position: Position?, remedy: String) -> Diagnostic {
            Diagnostic(
                "unsupported-element", at: position, "\(what) is not supported by this version yet",
                remedy: remedy)
        }
        let containers = image.containers.map {
            refusal(
                "fetching the container '\($0.reference)' into the image", at: $0.position,
                remedy: "remove <containers>, and put the archive into the overlay root/")
        }
        let kept = image.repositories.filter { repository in
            (repository.imageInclude || repository.imageOnly)
                && ["iso:", "obsrepositories:"].contains(where: repository.source.value.hasPrefix)
        }.map {
            Diagnostic(
                "private-repository", at: $0.source.position ?? $0.position,
                "nobody reaches '\($0.source.value)' from the image",
                remedy: "remove 'imageinclude', and name the repository of the image with imageonly=\"true\"")
        }
        let base = image.bootstrap.bootstrapPackage.map {
            refusal(
                "the bootstrap package '\($0.value)'", at: $0.position,
                remedy: "remove 'bootstrap_package' and name the packages of the first phase")
        }
        let files =
            SystemFiles(of: image) == nil || type(of: manager).listsFiles
            ? []
            : [
                refusal(
                    "a list of system files with '\(image.packageManager.value)'",
                    at: image.type.position(of: "provide_system_files"), remedy: "remove the attribute")
            ]
        return files + containers + kept + [base].compactMap { $0 }
    }

    private static func twoBases(
        _ image: ResolvedImage, _ derived: [BaseImageSource], _ stack: [BaseImageSource]
    ) -> [Diagnostic] {
        guard !derived.isEmpty, !stack.isEmpty else { return [] }
        return [
            Diagnostic(
                "two-bases", at: image.type.position(of: "derived_from"),
                "a container derived from another image cannot lie over kept trees too",
                remedy: "build it with 'kiwi system build', or remove 'derived_from'")
        ]
    }

    /// Findings that do not stop the build: what has no effect.
    public static func warnings(for image: ResolvedImage, options: PrepareOptions = PrepareOptions())
        -> [Diagnostic]
    {
        guard let manager = try? PackageManagerRegistry.manager(for: image) else { return [] }
        return manager.findings(PackageRequest(for: image, options: options)).filter { $0.severity != .error }
    }
}
