import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

/// Plans a plain file system with the root tree: no partition table, no boot loader.
public struct FileSystemImagePlanner: ImagePlanner {
    public init() {}

    public var imageTypes: [String] { FileSystemKind.allCases.map(\.rawValue) }

    public func steps(
        for image: ResolvedImage, tree: Artifact, options: CreateOptions
    ) throws(Failure) -> [any BuildStep] {
        let type = image.type
        guard let kind = FileSystemKind(rawValue: type.image) else { return [] }
        var fileSystem = FileSystemOptions(image, kind: kind, isWritable: true)
        fileSystem.position = type.position(of: "image")
        return ResultSteps(
            image: image, options: options, tree: tree,
            files: [
                ResultFile(
                    "filesystem_image", .rootFileSystem, name: "\(ResultFile.stem(image)).\(kind.rawValue)",
                    compress: options.compressInBundle ?? true)
            ], limited: .rootFileSystem
        ).steps(after: [
            InspectSystem(
                tree: tree, imageType: type.image, packageManager: image.packageManager.value,
                architecture: image.architecture, boot: nil, because: type.position),
            MakeFileSystem(tree: tree, options: fileSystem),
        ])
    }

    public func notes(for image: ResolvedImage) -> [Diagnostic] {
        guard let kind = FileSystemKind(rawValue: image.type.image), kind.isReadOnlyImage,
            let size = image.type.size
        else { return [] }
        return [
            Diagnostic(
                "no-effect", .note, at: size.position ?? image.type.position,
                "size has no effect here: \(kind.rawValue) is read-only and as large as its content")
        ]
    }
}
