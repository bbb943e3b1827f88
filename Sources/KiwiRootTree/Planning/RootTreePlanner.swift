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
        let sources = try BaseImageSource.all(of: image, isWorker: options.isBuildServiceWorker)
        let base: Artifact? = sources.isEmpty ? nil : .baseTree
        var request = PackageRequest(for: image, options: options)
        request.base = base
        let problems = manager.check(request).filter { $0.severity == .error }
        if !problems.isEmpty { throw Failure(.descriptionWrong, problems) }
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
                    sources, architecture: image.architecture,
                    because: image.type.position(of: "derived_from")))
            steps.append(UnpackBaseImage())
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
                parent: extras ? .bootstrapExtrasLayer : .bootstrapLayer))
        steps.append(
            MakeConfigurationLayer(
                input: input, contents: contents, order: order, functions: functions,
                hasBootstrapExtras: extras, hasBaseImage: base != nil,
                reusesScripts: options.reusesScripts))
        return steps
    }

    /// Findings that do not stop the build: what has no effect.
    public static func warnings(for image: ResolvedImage, options: PrepareOptions = PrepareOptions())
        -> [Diagnostic]
    {
        guard let manager = try? PackageManagerRegistry.manager(for: image) else { return [] }
        return manager.check(PackageRequest(for: image, options: options)).filter { $0.severity != .error }
    }
}
