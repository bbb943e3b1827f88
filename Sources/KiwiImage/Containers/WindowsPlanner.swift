import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Plans systems for the Windows Subsystem for Linux: as archive, and as package of the store.
public struct WindowsPlanner: ImagePlanner {
    public init() {}

    public var imageTypes: [String] { ["appx", "wsl"] }

    public func steps(
        for image: ResolvedImage, tree: Artifact, options: CreateOptions
    ) throws(Failure) -> [any BuildStep] {
        let errors = TreeAttributes.errors(for: image.type)
        if !errors.isEmpty { throw Failure(.descriptionWrong, errors) }
        let type = image.type
        let isPackage = type.image == "appx"
        var steps: [any BuildStep] = [
            PackForWindows(
                because: type.position, tree: tree,
                wanted: isPackage ? [] : ["/etc/wsl.conf", "/etc/wsl-distribution.conf"])
        ]
        var made = Artifact.wslArchive
        if isPackage {
            guard let folder = type.string("metadata_path") else {
                throw Failure(
                    .descriptionWrong,
                    Diagnostic(
                        "missing-attribute", at: type.position, "an appx package needs 'metadata_path'",
                        remedy: "name the folder that has AppxManifest.xml"))
            }
            steps.append(
                MakeAppx(
                    because: type.position(of: "metadata_path"),
                    folder: folder.hasPrefix("/") ? folder : "\(image.folder)/\(folder)",
                    values: AppxValues(type.containerConfig?.history)))
            made = .appx
        }
        let file = ResultFile("container", made, name: "\(ResultFile.stem(image)).\(type.image)")
        return ResultSteps(image: image, options: options, tree: tree, files: [file], limited: made).steps(
            after: steps)
    }

    public func notes(for image: ResolvedImage) -> [Diagnostic] { TreeAttributes.notes(for: image.type) }
}
