import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

extension Artifact {
    /// The FAT image UEFI firmware boots from; empty when the medium is not for UEFI.
    public static let esp = Artifact.file("efi.img")
}

/// Makes the FAT image with the EFI loaders, as large as its content needs.
public struct MakeESP: BuildStep {
    public let id = "efi-image"
    @Unkeyed public var because: Position?
    /// `efifatimagesize` in bytes.
    public var fixedBytes: Int64?

    public init(fixedBytes: Int64?, because: Position? = nil) {
        self.fixedBytes = fixedBytes
        _because = Unkeyed(wrappedValue: because)
    }

    public var summary: String { "make the EFI boot image" }
    public var reads: [Artifact] { [.loader, .imageIDs, .clock] }
    public var writes: [Artifact] { [.esp] }
    public var tools: [ToolRequirement] { FATImage.tools }

    public func run(in workspace: Workspace) async throws {
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        let content = MediaFolder("\(try await workspace.file(.loader))/efi")
        let output = try await workspace.newFile(.esp)
        let (folders, files) = try content.contents()
        try FileSystem.write("", to: output)
        guard !files.isEmpty else { return }
        let sizes = files.map { FileSystem.size(of: "\(content.path)/\($0)") ?? 0 }
        let needed = FATImage.bytes(files: sizes, folders: folders.count)
        let bytes = fixedBytes ?? needed
        guard bytes >= needed else {
            let largest = zip(sizes, files).sorted { $0.0 > $1.0 }.prefix(3)
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "efi-image-too-small", at: because,
                    "EFI boot image: needs \(needed >> 20) MiB, has \(bytes >> 20) MiB",
                    remedy:
                        "write efifatimagesize=\"\(needed >> 20)\", or leave it out: then the size follows the content",
                    notes: largest.map { "\($0.1): \($0.0 >> 10) KiB" }))
        }
        guard truncate(output, off_t(bytes)) == 0 else { throw FileError.current("make", output) }
        let image = FATImage(output, label: "BOOT", serial: ids.fatSerial, clock: clock)
        try await image.write(content, in: workspace)
    }
}
