import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// The part of a disk image's plan behind the raw disk: what `format` makes of it. Pure.
public struct DiskFormatPlan: Sendable {
    /// nil: the image stays a raw disk.
    public var format: DiskFormat?
    public var steps: [any BuildStep] = []
    public var files: [ResultFile] = []

    /// - Throws: everything about the format that cannot be done, at its lines.
    public init(_ image: ResolvedImage, options: CreateOptions) throws(Failure) {
        format = try DiskFormat.of(image, options: options)
        guard let format else { return }
        steps = format.steps(
            because: image.type.position(of: "format"), folder: image.folder, options: options)
        files = format.files(options)
    }
}
