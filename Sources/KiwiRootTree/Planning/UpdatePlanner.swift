import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Plans what happens to the packages of a finished tree (`system update`).
public enum UpdatePlanner {
    /// - Parameters:
    ///   - removed: packages to remove after others were installed.
    /// - Throws: what the package manager cannot do.
    public static func steps(
        for image: ResolvedImage, added: [String], removed: [String],
        options: PrepareOptions = PrepareOptions()
    ) throws -> [any BuildStep] {
        let manager = try PackageManagerRegistry.manager(for: image)
        var request = PackageRequest(for: image, options: options)
        request.base = .configurationLayer
        request.bootstrap = PackageRequest.Selection()
        request.system = PackageRequest.Selection()
        request.system.installRecommends = image.system.installRecommends
        request.system.packages = added.map { Located($0) }
        request.update = added.isEmpty ? .everything : .named
        let installs = !added.isEmpty || removed.isEmpty
        let problems = manager.findings(request).filter { $0.severity == .error }
        if !problems.isEmpty { throw Failure(.descriptionWrong, problems) }
        let resolving: [any BuildStep] =
            installs
            ? [
                ResolvePackages(request: request),
                FetchPackages(manager: image.packageManager, phase: .system),
            ] : []
        return resolving + [
            MakeUpdateLayer(
                manager: image.packageManager,
                options: InstallOptions(
                    architecture: image.architecture, excludeDocs: image.rpmExcludeDocs,
                    locales: image.rpmLocaleFiltering ? image.locales : []),
                installs: installs, removed: removed.map { Located($0) })
        ]
    }
}
