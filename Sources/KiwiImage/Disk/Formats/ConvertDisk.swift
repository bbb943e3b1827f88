import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// The disk in its other format: what is published.
    static let formattedDisk = Artifact.file("format")
    /// The second file of a disk whose description and content are apart.
    static let diskExtent = Artifact.file("format.extent")
    /// The disk in the format that a box or an appliance holds.
    static let packedDisk = Artifact.file("format.inner")
}

/// Writes the raw disk in another format: one pass of qemu-img, then identifiers that depend on the disk
/// only.
struct ConvertDisk: BuildStep {
    let id = "format"
    @Unkeyed var because: Position?
    var source = Artifact.disk
    var output: Artifact
    var driver: QemuDriver
    var options: [String: String]
    /// qcow2 clusters that are compressed.
    var compressed = false
    /// The name that the file will have: some formats mention it inside.
    var name: String
    /// Where the content goes when it is a file of its own.
    var extent: Artifact?
    /// A GUID for 64 KiB behind the start of a fixed VHD, where a marketplace looks for it.
    var tag: String?

    static let requirement = ToolRequirement("qemu-img", package: "qemu-utils", to: "convert the disk")

    var summary: String { "convert the disk to \(name)" }
    var reads: [Artifact] { [source, .clock] }
    var writes: [Artifact] { [output] + (extent.map { [$0] } ?? []) }
    // Taken from the cache only where writing costs more than copying.
    var reusable: Bool { compressed || options["subformat"] == VMDKVariant.streamOptimized.rawValue }
    var tools: [ToolRequirement] { [Self.requirement] }

    func keyMaterial(in workspace: Workspace) async throws -> [String] {
        [await ToolVersion.of("qemu-img", in: workspace)]
    }

    func run(in workspace: Workspace) async throws {
        let disk = try await workspace.file(source)
        let clock: Int64 = try await workspace.value(.clock)
        let folder = try ScratchFolder(in: workspace.folders.bulk)
        defer { folder.remove() }
        let file = "\(folder.path)/\(name)"
        try await workspace.runner.run(
            ToolCall("qemu-img", arguments(from: disk, to: file), logPrefix: "qemu-img: "))
        if let tag { try VHDTag.write(tag, to: file, because: because) }
        try setIdentity(of: file, from: disk, clock: clock)
        try FileSystem.rename(file, to: try await workspace.newFile(output))
        if let extent {
            try FileSystem.rename(
                "\(folder.path)/\(Self.extentName(name))", to: try await workspace.newFile(extent))
        }
    }

    /// A pure function: equal steps give equal arguments.
    func arguments(from disk: String, to file: String) -> [String] {
        var words = ["convert", "-f", "raw", "-O", driver.rawValue]
        if compressed { words.append("-c") }
        // Only where every block has a fixed place: elsewhere the places would follow the order of writing.
        if isFlat { words.append("-W") }
        if !options.isEmpty {
            words += [
                "-o",
                options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","),
            ]
        }
        return words + [disk, file]
    }

    private var isFlat: Bool {
        switch driver {
        case .vpc: options["subformat"] == "fixed"
        case .vmdk: options["subformat"] == VMDKVariant.monolithicFlat.rawValue
        case .qcow2, .vdi, .vhdx: false
        }
    }

    /// How qemu-img names the content of a flat VMDK.
    static func extentName(_ name: String) -> String { name.dropLast(".vmdk".count) + "-flat.vmdk" }

    private func setIdentity(of file: String, from disk: String, clock: Int64) throws {
        func id(_ role: String) throws -> DerivedID { try DiskIdentity.id(ofDisk: disk, role: role) }
        switch driver {
        case .qcow2: break
        case .vpc: try VHDIdentity.apply(to: file, uuid: id("vhd").uuidBytes, clock: clock)
        case .vdi:
            try VDIIdentity.apply(
                to: file, image: id("vdi").guidBytes, snapshot: id("vdi-snapshot").guidBytes)
        case .vhdx:
            try VHDXIdentity.apply(to: file, write: id("vhdx-write").guidBytes, disk: id("vhdx").guidBytes)
        case .vmdk:
            try VMDKIdentity.apply(to: file, contentID: VMDKIdentity.contentID(id("vmdk")))
        }
    }
}
