import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// The container that a disk is delivered in: `format="oci:qcow2"`. Pure.
struct DiskContainer: Sendable, Codable, Hashable {
    var format: ContainerFormat
    var description: ContainerDescription
    /// Name of the disk without its extension, in the folder `/disk`.
    var diskName: String

    init(_ format: ContainerFormat, _ image: ResolvedImage, options: CreateOptions) throws(Failure) {
        if let base = image.type.attributes["derived_from"] {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "unsupported-attribute", at: base.position,
                    "a disk in a container has no other container below it in this version",
                    remedy: "remove 'derived_from': the container then holds the disk only"))
        }
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
