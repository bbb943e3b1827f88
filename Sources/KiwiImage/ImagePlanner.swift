import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Plans the steps that make the results of one family of image types from a finished tree. Pure.
public protocol ImagePlanner: Sendable {
    /// Values of `<type image=...>` it serves.
    var imageTypes: [String] { get }
    /// - Parameter tree: the topmost layer of the root tree.
    /// - Throws: everything about the type that this version does not do, at its lines.
    func steps(for image: ResolvedImage, tree: Artifact, options: CreateOptions) throws(Failure)
        -> [any BuildStep]
    /// What the description says without effect here, as notes at its lines.
    func notes(for image: ResolvedImage) -> [Diagnostic]
}

extension ImagePlanner {
    public func notes(for image: ResolvedImage) -> [Diagnostic] { [] }
}

/// All image types this version builds: one line each.
public enum ImagePlanners {
    static let all: [any ImagePlanner] = [
        LiveImagePlanner(), FileSystemImagePlanner(), ArchivePlanner(), ContainerPlanner(), WindowsPlanner(),
        KISImagePlanner(), DiskImagePlanner(),
    ]

    /// The image types that can be built, sorted.
    public static var imageTypes: [String] { all.flatMap(\.imageTypes).sorted() }

    /// - Throws: a diagnostic at `<type>` for other types.
    public static func planner(for type: ImageType) throws(Failure) -> any ImagePlanner {
        if type.image == "enclave" {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "unsupported-image-type", at: type.position,
                    "enclaves are not built: the program for it, eif_build, is in no package of Debian",
                    remedy: "write image=\"oci\" and give the container to 'nitro-cli build-enclave'"))
        }
        for planner in all where planner.imageTypes.contains(type.image) { return planner }
        throw Failure(
            .descriptionWrong,
            Diagnostic(
                "unsupported-image-type", at: type.position,
                "image type \"\(type.image)\" is not built by this version yet",
                remedy: "choose one of: \(imageTypes.joined(separator: ", "))"))
    }
}
