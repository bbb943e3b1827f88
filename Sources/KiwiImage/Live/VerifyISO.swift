import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// Says that the ISO was read back and found good.
    public static let isoVerified = Artifact.value("iso-verified")
}

/// Reads the finished ISO back and compares it with what went in. Nothing is published before.
public struct VerifyISO: BuildStep {
    public let id = "verify-iso"
    @Unkeyed public var because: Position?
    public var architecture: Architecture
    public var volumeID: String
    public var table: BootFirmware.Table
    public var mediaCheck: Bool
    public var loader: Artifact
    public var initrd: Artifact
    /// Further files by their paths on the medium.
    public var contents: [String: Artifact]

    public init(
        architecture: Architecture, medium: MediumOptions, mediaCheck: Bool, loader: Artifact,
        initrd: Artifact = .initrd, contents: [String: Artifact], because: Position? = nil
    ) {
        self.architecture = architecture
        volumeID = medium.volumeID
        table = medium.firmware.table
        self.mediaCheck = mediaCheck
        self.loader = loader
        self.initrd = initrd
        self.contents = contents
        _because = Unkeyed(wrappedValue: because)
    }

    public var summary: String { "read the ISO back and compare" }
    public var reads: [Artifact] {
        [.iso, loader, .esp, initrd] + contents.values.sorted { $0.name < $1.name }
    }
    public var writes: [Artifact] { [.isoVerified] }
    public var tools: [ToolRequirement] {
        [ToolRequirement("xorriso", package: "xorriso", to: "read the ISO back")]
    }

    public func run(in workspace: Workspace) async throws {
        let iso = try await workspace.file(.iso)
        let folder = "/boot/\(architecture.resultName)/loader"
        let media = "\(try await workspace.file(loader))/media"
        let call = ToolCall(
            "xorriso",
            [
                "-indev", "stdio:\(iso)", "-pvd_info", "-report_el_torito", "plain", "-report_system_area",
                "plain",
            ] + contents.keys.sorted().flatMap { ["-find", "/\($0)", "-type", "f", "-exec", "lsdl", "--"] }
                + [
                    "-find", folder, "-maxdepth", "1", "-type", "f", "-exec", "lsdl", "--",
                ], output: .capture())
        let report = ISOReport(try await workspace.runner.run(call).output)

        var expected = ISOReport("")
        expected.volumeID = volumeID
        let hasBIOS = BIOSStart.find(media: media, folder: folder) != nil
        let hasEFI = try await (FileSystem.size(of: workspace.file(.esp)) ?? 0) > 0
        expected.bootEntries = (hasBIOS ? ["BIOS"] : []) + (hasEFI ? ["UEFI"] : [])
        expected.hasGPT = hasEFI && table == .gpt
        expected.hasMBR = hasBIOS || hasEFI
        expected.files = try await [
            "\(folder)/initrd": FileSystem.size(of: workspace.file(initrd)) ?? -1,
            "\(folder)/linux": FileSystem.size(of: "\(media)\(folder)/linux") ?? -1,
        ]
        for (inside, artifact) in contents {
            expected.files["/\(inside)"] = try await FileSystem.size(of: workspace.file(artifact)) ?? -1
        }
        var wrong = report.differences(from: expected)
        if !hasBIOS, !hasEFI { wrong.append("no firmware can start it") }
        for (path, size) in expected.files where size <= 0 { wrong.append("\(path) is empty") }
        guard wrong.isEmpty else {
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "bad-iso", at: because, "the ISO that was written is not as it should be",
                    remedy: "report this as a bug of kiwi, with the log", notes: wrong))
        }
        let bytes = FileSystem.size(of: iso) ?? 0
        try await workspace.set(.isoVerified, bytes)
    }
}
