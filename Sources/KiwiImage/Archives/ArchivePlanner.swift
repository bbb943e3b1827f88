import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Plans the root tree as an archive.
public struct ArchivePlanner: ImagePlanner {
    public init() {}

    public var imageTypes: [String] { ["cpio", "tbz"] }

    public func steps(
        for image: ResolvedImage, tree: Artifact, options: CreateOptions
    ) throws(Failure) -> [any BuildStep] {
        let format: ArchiveFormat = image.type.image == "cpio" ? .cpio : .tarXZ
        let pack = PackArchive(
            tree: tree, format: format, compression: format == .tarXZ ? options.xzOptions : [],
            because: image.type.position)
        let file = ResultFile(
            "root_archive", .archive, name: "\(ResultFile.stem(image)).\(format.rawValue)")
        return ResultSteps(image: image, options: options, tree: tree, files: [file], limited: .archive)
            .steps(after: [pack])
    }

    public func notes(for image: ResolvedImage) -> [Diagnostic] { TreeAttributes.notes(for: image.type) }
}
