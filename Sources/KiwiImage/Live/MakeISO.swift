import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// The ISO as xorriso wrote it.
    public static let rawISO = Artifact.file("raw.iso")
    /// The ISO with its media tag, if it has one.
    public static let iso = Artifact.file("image.iso")
}

/// Writes the hybrid ISO.
public struct MakeISO: BuildStep {
    public let id = "iso"
    @Unkeyed public var because: Position?
    public var architecture: Architecture
    public var firmware: BootFirmware
    public var volumeID: String
    public var publisher: String
    /// nil: the mbrid.
    public var applicationID: String?
    /// The loader folder to take: changed by the user's script or not.
    public var loader: Artifact
    public var initrd: Artifact
    /// Further files by their paths on the medium.
    public var contents: [String: Artifact]
    /// A file system that becomes a partition of its own behind the ISO.
    public var system: Artifact?

    public init(
        architecture: Architecture, medium: MediumOptions, loader: Artifact, initrd: Artifact = .initrd,
        contents: [String: Artifact], because: Position? = nil
    ) {
        self.architecture = architecture
        firmware = medium.firmware
        volumeID = medium.volumeID
        publisher = medium.publisher
        applicationID = medium.applicationID
        self.loader = loader
        self.initrd = initrd
        self.contents = contents
        _because = Unkeyed(wrappedValue: because)
    }

    public var summary: String { "write the hybrid ISO \"\(volumeID)\"" }
    public var reads: [Artifact] {
        [loader, .esp, initrd, .imageIDs, .clock] + [system].compactMap { $0 }
            + contents.values.sorted { $0.name < $1.name }
    }
    public var writes: [Artifact] { [.rawISO] }
    public var tools: [ToolRequirement] {
        [ToolRequirement("xorriso", package: "xorriso", to: "write the ISO")]
    }

    public func run(in workspace: Workspace) async throws {
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        let media = "\(try await workspace.file(loader))/media"
        let esp = try await workspace.file(.esp)
        let folder = "boot/\(architecture.resultName)/loader"
        let bios = BIOSStart.find(media: media, folder: folder)
        var call = XorrisoCall(
            to: try await workspace.newFile(.rawISO), media: media, volumeID: volumeID,
            applicationID: applicationID ?? ids.mbrID, publisher: publisher, loaderFolder: folder,
            bios: bios,
            hybridMBR: bios.map { "\(media)/\(folder)/\($0.hybridFile)" }.flatMap {
                FileSystem.isFile($0) ? $0 : nil
            },
            esp: (FileSystem.size(of: esp) ?? 0) > 0 ? esp : nil, table: firmware.table, gptDisk: ids.gptDisk,
            clock: clock)
        call.forceBootableMBR = firmware.hybridMBR
        if let system { call.system = try await workspace.file(system) }
        call.grafts = [(inside: "\(folder)/initrd", source: try await workspace.file(initrd))]
        for (inside, artifact) in contents.sorted(by: { $0.key < $1.key }) {
            call.grafts.append((inside: inside, source: try await workspace.file(artifact)))
        }
        try await workspace.runner.run(call.call)
    }
}
