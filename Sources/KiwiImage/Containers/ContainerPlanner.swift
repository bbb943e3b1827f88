import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// Plans a container image as an archive of Docker's or OCI's form.
public struct ContainerPlanner: ImagePlanner {
    public init() {}

    public var imageTypes: [String] { ["docker", "oci"] }

    public func steps(
        for image: ResolvedImage, tree: Artifact, options: CreateOptions
    ) throws(Failure) -> [any BuildStep] {
        let type = image.type
        let format: ContainerFormat = type.image == "docker" ? .docker : .oci
        let hasBase = type.string("derived_from") != nil
        let isDelta = DeltaRoot(of: type) != nil
        let top: Artifact = hasBase ? tree : .containerTree
        var steps: [any BuildStep] =
            hasBase ? [] : [ConfigureContainerTree(because: type.position, tree: tree)]
        // Our layers, the lowest first.
        var trees = [top]
        // A difference is one by definition.
        if options.separatesPackages, !isDelta, options.packagesLayer != nil {
            steps.append(MakeSharedPackagesLayer(manager: image.packageManager))
            trees.insert(.sharedPackagesLayer, at: 0)
        }
        var below: Artifact? = hasBase ? .baseTree : nil
        for (index, tree) in trees.enumerated() {
            steps.append(
                PackLayer(
                    index: index, because: type.position, tree: tree, below: below,
                    compressed: format == .oci, excluded: Self.excluded(type),
                    withNodes: index == trees.count - 1, isDelta: isDelta))
            below = tree
        }
        steps.append(
            WriteContainer(
                because: type.position, format: format,
                description: ContainerDescription(image, sourceAddress: options.sourceAddress),
                layerCount: trees.count, hasBase: hasBase && !isDelta,
                compression: Self.compression(format, options)))
        let ending = options.compressContainers ? "tar.xz" : "tar"
        let file = ResultFile(
            "container", .container, name: "\(ResultFile.stem(image)).\(format.rawValue).\(ending)")
        var options = options
        // Its package database is the base's with changes: no list of what is in it.
        if isDelta { options.writeLists = false }
        return ResultSteps(image: image, options: options, tree: top, files: [file], limited: .container)
            .steps(after: steps)
    }

    public func notes(for image: ResolvedImage) -> [Diagnostic] { TreeAttributes.notes(for: image.type) }

    /// Options of xz for the archive; nil: it is not compressed.
    static func compression(_ format: ContainerFormat, _ options: CreateOptions) -> [String]? {
        guard options.compressContainers else { return nil }
        // The layers are compressed already: a higher level costs time and gains nothing.
        return options.xzOptions
            + (format == .oci && options.xzOptions == CreateOptions().xzOptions ? ["-0"] : [])
    }

    /// What stays out of a container.
    static func excluded(_ type: ImageType) -> [String] {
        var patterns = Exclusions.standard + ["dev/*"]
        if !type.flag("ensure_empty_tmpdirs", default: true) {
            patterns.removeAll { $0 == "run/*" || $0 == "tmp/*" }
        }
        return patterns
    }
}
