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

    public func notes(for image: ResolvedImage) -> [Diagnostic] {
        var notes = TreeAttributes.notes(for: image.type)
        guard let configuration = image.type.containerConfig else { return notes }
        var words = configuration.attributes.sorted { $0.key < $1.key }.map {
            "'\($0.key)' (\($0.value.value))"
        }
        words += configuration.environment.map { "the variable \($0.name)=\($0.value ?? "")" }
        notes += words.map {
            Diagnostic(
                "no-effect", .note, at: configuration.position,
                "\($0) of <containerconfig> has no effect here: only <history> counts for Windows")
        }
        return notes
    }
}
