import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Everything that `image medium` does, decided before anything is written.
public struct MediumPlan: Sendable {
    public var request: MediumRequest
    private var source: MediumSource
    private var installation: MediumInstallation?

    /// Looks at the files.
    /// - Throws: `Failure` when one is missing, or when nothing says how to install.
    public init(_ request: MediumRequest) throws(Failure) {
        self.request = request
        source = try MediumSource(request)
        if case .installation(let image) = request.purpose {
            installation = try MediumInstallation(
                image: image, configuration: request.configuration, loaderFolder: MakeMediumLoader.folder)
        }
        if request.bytes != nil {
            guard case .system = request.purpose else {
                throw MediumSource.wrong(
                    "medium-size", "only a medium with a system can have a size", "leave the size out")
            }
        }
        if request.format != .iso {
            guard case .system = request.purpose else {
                throw MediumSource.wrong(
                    "medium-format", "a disk of the format \(request.format.rawValue) needs a system",
                    "name it with --system")
            }
        }
    }

    private static let volumeID = "KIWI_MEDIUM"

    private var medium: MediumOptions {
        var firmware = BootFirmware(bios: .preferred, efi: .preferred, efiPlatform: .efi64)
        firmware.table = .gpt
        return MediumOptions(firmware: firmware, volumeID: Self.volumeID, publisher: "", applicationID: nil)
    }

    private var loader: MakeMediumLoader {
        let own = [source.words, request.words].filter { !$0.isEmpty }
        let all = own.joined(separator: " ").split(separator: " ")
        func words(without root: String) -> String {
            all.filter { !$0.hasPrefix(root) }.joined(separator: " ")
        }
        let name = FileSystem.name(of: MediumSource.stem(request.initrd))
        switch request.purpose {
        case .initrdAlone:
            // The image that was made with it is not on the medium.
            return MakeMediumLoader(
                title: "Start \(name)", words: words(without: "root=UUID="), hasSystem: false)
        case .system(let image):
            return MakeMediumLoader(
                title: "Start \(FileSystem.name(of: image))", words: words(without: "root="), hasSystem: true)
        case .installation:
            let rest = words(without: "root=")
            let client = "root=netboot kiwiservertype=local kiwiserver=CDLABEL=\(Self.volumeID)"
            return MakeMediumLoader(
                title: "Install \(installation?.title ?? name)",
                words: rest.isEmpty ? client : "\(rest) \(client)", hasSystem: false,
                files: ["KIWI/config.default": installation?.configuration ?? ""])
        }
    }

    /// The large files of the medium by their paths there.
    private var contents: [String: Artifact] {
        var result: [String: Artifact] = [:]
        for (index, inside) in (installation?.files.keys.sorted() ?? []).enumerated() {
            result[inside] = .file("medium.file\(index)")
        }
        return result
    }

    /// The artifact of the partition with the system.
    private var system: Artifact? {
        guard case .system = request.purpose else { return nil }
        return request.bytes == nil ? .mediumSystem : .grownSystem
    }

    /// The plan, without running anything.
    public var plan: BuildPlan {
        var given: Set<Artifact> = [.mediumKernel, .initrd, .clock, .imageIDs]
        given.formUnion(contents.values)
        var steps: [any BuildStep] = []
        if case .system(let image) = request.purpose {
            given.insert(.mediumSystem)
            steps.append(ReadSystemImage(name: FileSystem.name(of: image)))
            if let bytes = request.bytes { steps.append(GrowSystemImage(bytes: bytes - overhead)) }
        }
        var iso = MakeISO(
            architecture: MakeMediumLoader.architecture, medium: medium, loader: .loader, contents: contents)
        iso.system = system
        steps += [
            loader, MakeESP(fixedBytes: nil), iso, TagMedia(enabled: false),
            VerifyISO(
                architecture: MakeMediumLoader.architecture, medium: medium, mediaCheck: false,
                loader: .loader, contents: contents),
        ]
        var result = Artifact.iso
        let name = FileSystem.name(of: request.output)
        if let driver = QemuDriver(rawValue: request.format.rawValue) {
            result = .formattedDisk
            steps.append(
                ConvertDisk(source: .iso, output: result, driver: driver, options: [:], name: name))
        }
        steps.append(
            ReplaceResults(
                files: [ResultFile("medium", result, name: name)], manifest: nil, bytes: 0,
                owner: request.owner,
                after: [.isoVerified]))
        return BuildPlan(steps: steps, given: given)
    }

    /// Room for everything but the system: kernel, initrd, loaders, tables; whole MiB.
    private var overhead: Int64 {
        let files = [source.kernel, request.initrd].reduce(Int64(0)) { $0 + (FileSystem.size(of: $1) ?? 0) }
        return (files >> 20 + 65) << 20
    }

    /// Bytes that are written at most.
    public var neededBytes: Int64 {
        var files = [source.kernel, request.initrd] + (installation.map { Array($0.files.values) } ?? [])
        if case .system(let image) = request.purpose { files.append(image) }
        let content = files.reduce(Int64(64 << 20)) { $0 + (FileSystem.size(of: $1) ?? 0) }
        return max(content, request.bytes ?? 0) * (request.format == .iso || request.format == .raw ? 1 : 2)
    }

    /// Does it. The file appears under its name when it is complete.
    public func run(in workspace: Workspace) async throws {
        func give(_ artifact: Artifact, _ path: String) async {
            await workspace.artifacts.setFile(artifact, path)
            await workspace.artifacts.setGivenKey(artifact, path)
        }
        await give(.mediumKernel, source.kernel)
        await give(.initrd, request.initrd)
        if case .system(let image) = request.purpose { await give(.mediumSystem, image) }
        for (inside, artifact) in contents { await give(artifact, installation?.files[inside] ?? "") }
        let newest = [source.kernel, request.initrd].compactMap(FileSystem.changeTime).max() ?? 0
        try await workspace.set(.clock, newest)
        let key = try [source.kernel, request.initrd].map { try Digest(ofFile: $0).hex }.joined()
        try await workspace.set(.imageIDs, ImageIDs(treeKey: key, type: "medium"))
        try await Executor(plan: plan, workspace: workspace, commonKey: []).run()
    }
}
