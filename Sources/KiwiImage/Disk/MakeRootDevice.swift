import KiwiBoot
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

extension Artifact {
    /// The root partition's content with all its layers.
    static let rootDevice = Artifact.file("disk.root-device")
    /// The key that opens the root without anybody typing.
    static let rootKey = Artifact.file("root-key")
    /// Bytes of logical volumes by name, in order (`[VolumeSize]`).
    static let volumeSizes = Artifact.value("volume-sizes")
}

/// A logical volume whose size is known.
struct VolumeSize: Sendable, Codable, Hashable {
    var name: String
    var bytes: Int64
}

/// Puts LVM, LUKS, dm-integrity and RAID around the file systems of the root partition, or dm-verity's hashes
/// behind the only one.
struct MakeRootDevice: BuildStep {
    let id = "disk.root-device"
    @Unkeyed var because: Position?
    var stack: RootStack
    /// Keys of the file systems on volumes, by volume.
    var parts: [String: String]
    var hasKey: Bool

    init(_ system: DiskSystem, because: Position?) {
        stack = system.stack
        parts = Dictionary(
            system.fileSystems.compactMap { part in part.volume.map { ($0, part.key) } },
            uniquingKeysWith: { first, _ in first })
        hasKey = system.needsKey
        _because = Unkeyed(wrappedValue: because)
    }

    var summary: String {
        let layers = [
            stack.volumeGroup.map { "volume group \($0)" }, stack.encryption.map { _ in "LUKS" },
            stack.integrity.map { _ in "dm-integrity" }, stack.raid.map { _ in "RAID" },
        ].compactMap { $0 }
        if stack.verity != nil { return "put the hashes of dm-verity behind the root" }
        return "put \(layers.joined(separator: ", ")) around the root"
    }
    var reads: [Artifact] {
        let contents =
            stack.volumeGroup == nil
            ? [Artifact.diskPart("root")] : parts.values.sorted().map(Artifact.diskPart)
        return [.diskLayout, .imageIDs, .clock] + contents
            + (stack.volumeGroup == nil ? [] : [.volumeSizes]) + (hasKey ? [.rootKey] : [])
    }
    var writes: [Artifact] { [.rootDevice] + (stack.verity == nil ? [] : [.verityTree]) }
    var tools: [ToolRequirement] {
        (stack.encryption == nil ? [] : LUKSVolume.tools) + (stack.verity == nil ? [] : VerityTree.tools)
    }

    func run(in workspace: Workspace) async throws {
        let layout: DiskLayout = try await workspace.value(.diskLayout)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        guard let partition = layout["root"]?.bytes else { return }
        let output = try await workspace.newFile(.rootDevice)
        let room = stack.contentBytes(partition: partition)
        var content = stack.volumeGroup == nil ? try await workspace.file(.diskPart("root")) : output
        if let verity = stack.verity {
            try FileSystem.makeSparse(output, bytes: 0)
            try SparseCopy.copy(content, into: output)
            return try await workspace.set(
                .verityTree, try await verity.protect(output, ids, in: workspace))
        }
        if let name = stack.volumeGroup {
            // Only one of the layers is written in its final place.
            let isLast = stack.encryption == nil && stack.integrity == nil && stack.raid == nil
            content = isLast ? output : "\(workspace.folders.bulk)/\(workspace.stepID)-volumes"
            try await writeVolumes(name, to: content, bytes: room, ids, clock, workspace)
            if isLast { return }
        }
        defer {
            if stack.volumeGroup != nil, content != output { try? FileSystem.removeTree(content) }
        }
        var start: Int64 = 0
        try FileSystem.makeSparse(output, bytes: partition)
        if let raid = stack.raid {
            try ids.array(raid).write(
                deviceBytes: stack.deviceBytes(partition: partition), clock: clock
            ).write(to: output)
            start = RAIDArray.dataOffset
        }
        if let integrity = stack.integrity {
            return try await write(content, in: integrity, to: output, at: start, partition, ids, workspace)
        }
        guard let encryption = stack.encryption else {
            return try SparseCopy.copy(content, into: output, at: start)
        }
        try await encrypt(content, encryption, into: output, at: start, ids, workspace)
    }

    private func encrypt(
        _ content: String, _ encryption: Encryption, into file: String, at start: Int64, _ ids: ImageIDs,
        _ workspace: Workspace
    ) async throws {
        let volume = LUKSVolume(
            encryption, uuid: encryption.uuid(derived: ids.luksUUID),
            keyFile: hasKey ? try await workspace.file(.rootKey) : nil)
        try await volume.write(content, into: file, at: start, in: workspace)
    }

    /// dm-integrity makes sums of what it holds: an encrypted volume is finished before.
    private func write(
        _ content: String, in integrity: IntegrityVolume, to output: String, at start: Int64,
        _ partition: Int64, _ ids: ImageIDs, _ workspace: Workspace
    ) async throws {
        let bytes = stack.integrityDeviceBytes(partition: partition)
        let salt = ids.id("integrity-salt")
        guard let encryption = stack.encryption else {
            return try await integrity.write(content, into: output, at: start, deviceBytes: bytes, salt: salt)
        }
        let encrypted = "\(workspace.folders.bulk)/\(workspace.stepID)-encrypted"
        defer { try? FileSystem.removeTree(encrypted) }
        try FileSystem.makeSparse(encrypted, bytes: 0)
        try await encrypt(content, encryption, into: encrypted, at: 0, ids, workspace)
        try await integrity.write(encrypted, into: output, at: start, deviceBytes: bytes, salt: salt)
    }

    private func writeVolumes(
        _ name: String, to file: String, bytes: Int64, _ ids: ImageIDs, _ clock: Int64, _ workspace: Workspace
    ) async throws {
        let sizes: [VolumeSize] = try await workspace.value(.volumeSizes)
        let group = VolumeGroup(
            name, volumes: sizes.map { .init($0.name, bytes: $0.bytes) }, treeKey: ids.treeKey,
            imageType: ids.type)
        let layout = try group.layout(deviceBytes: bytes, clock: clock)
        try FileSystem.makeSparse(file, bytes: bytes)
        for write in layout.writes { try write.write(to: file) }
        for volume in layout.volumes {
            guard let key = parts[volume.name] else { continue }
            try SparseCopy.copy(
                try await workspace.file(.diskPart(key)), into: file, at: volume.offset, limit: volume.bytes)
        }
    }
}

/// Makes the key that stands in the root tree and in the initrd. New each time.
struct MakeRootKey: BuildStep {
    let id = "root-key"
    var summary: String { "make a key for the root" }
    var reads: [Artifact] { [] }
    var writes: [Artifact] { [.rootKey] }

    func run(in workspace: Workspace) async throws {
        try FileSystem.write(
            Encryption.newKey(), to: try await workspace.newFile(.rootKey), mode: 0o600)
    }
}
