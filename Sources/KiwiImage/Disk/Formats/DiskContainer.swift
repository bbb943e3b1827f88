import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// The container that a disk is delivered in: `format="oci:qcow2"`. Pure.
struct DiskContainer: Sendable, Codable, Hashable {
    var format: ContainerFormat
    var description: ContainerDescription
    /// What it lies over, the last on top.
    var bases: [BaseImageSource]
    /// Name of the disk without its extension, in the folder `/disk`.
    var diskName: String

    init(_ format: ContainerFormat, _ image: ResolvedImage, options: CreateOptions) throws(Failure) {
        bases = try BaseImageSource.named(by: image, isWorker: options.sourceAddress != nil)
        self.format = format
        description = ContainerDescription(image, sourceAddress: options.sourceAddress)
        diskName = ResultFile.stem(image)
        let pattern = BundleFormat(
            pattern: options.bundleFormat ?? image.type.string("bundle_format"), image: image)
        guard let pattern else { return }
        do throws(Diagnostic) {
            diskName = try BundlePlan.expand(pattern.pattern, pattern.tags)
        } catch {
            var error = error
            error.position = image.type.position(of: "bundle_format")
            throw Failure(.descriptionWrong, error)
        }
    }
}
