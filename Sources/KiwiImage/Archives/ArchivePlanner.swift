import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Plans the root tree as an archive, or as an initrd when the description is one of a boot image.
public struct ArchivePlanner: ImagePlanner {
    public init() {}

    public var imageTypes: [String] { ["cpio", "tbz"] }

    public func steps(
        for image: ResolvedImage, tree: Artifact, options: CreateOptions
    ) throws(Failure) -> [any BuildStep] {
        if InitrdPlanner.serves(image) {
            return InitrdPlanner().steps(for: image, tree: tree, options: options)
        }
        let format: ArchiveFormat = image.type.image == "cpio" ? .cpio : .tarXZ
        let pack = PackArchive(
            tree: tree, format: format, compression: format == .tarXZ ? options.xzOptions : [],
            because: image.type.position)
        let file = ResultFile(
            "root_archive", .archive, name: "\(ResultFile.stem(image)).\(format.rawValue)")
        return ResultSteps(image: image, options: options, tree: tree, files: [file], limited: .archive)
            .steps(after: [pack])
    }

    public func notes(for image: ResolvedImage) -> [Diagnostic] {
        let hypervisor = InitrdPlanner.serves(image) ? nil : image.type.attributes["xen_server"]
        return TreeAttributes.notes(for: image.type)
            + [hypervisor].compactMap { $0 }.map {
                Diagnostic(
                    "no-effect", .note, at: $0.position,
                    "'xen_server' has no effect here: an archive starts nothing")
            }
    }
}
