import KiwiBoot
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

extension Artifact {
    /// The file system image that a medium carries.
    static let mediumSystem = Artifact.file("medium.system")
    /// A copy of it that is larger.
    static let grownSystem = Artifact.file("medium.system.grown")
    /// `SystemImage`.
    static let systemImage = Artifact.value("medium-system")
}

/// What a system image says of itself.
struct SystemImage: Sendable, Codable, Hashable {
    /// Under blkid's name: `ext4`, `squashfs`...
    var type: String
    /// Empty when it has none.
    var uuid: String

    /// Words with which a kernel finds it as a partition.
    func words(partition: String) -> String {
        ["squashfs", "erofs"].contains(type)
            ? "root=overlay:PARTUUID=\(partition)" : "root=UUID=\(uuid) rw"
    }
}

/// Asks blkid what kind of system image it is.
struct ReadSystemImage: BuildStep {
    var id: String { "system-image" }
    var name: String
    var summary: String { "look what \(name) is" }
    var reads: [Artifact] { [.mediumSystem] }
    var writes: [Artifact] { [.systemImage] }
    var tools: [ToolRequirement] {
        [ToolRequirement("blkid", package: "util-linux", to: "look into the system image")]
    }

    func run(in workspace: Workspace) async throws {
        let call = ToolCall(
            "blkid", ["-p", "-o", "export", try await workspace.file(.mediumSystem)], output: .capture(),
            successCodes: [0, 2, 8])
        try await workspace.set(.systemImage, try Self.read(workspace.runner.run(call).output, name))
    }

    /// - Parameter text: of `blkid -p -o export`.
    static func read(_ text: String, _ name: String) throws(Failure) -> SystemImage {
        func value(_ key: String) -> String? {
            text.split(separator: "\n").first { $0.hasPrefix("\(key)=") }.map {
                String($0.dropFirst(key.count + 1))
            }
        }
        if value("PTTYPE") != nil {
            throw MediumSource.wrong(
                "medium-system", "\(name) is a whole disk, which starts by itself",
                "write it as it is: kiwi image write \(name)")
        }
        let kinds = FileSystemKind.allCases.map(\.rawValue)
        guard let type = value("TYPE"), kinds.contains(type) else {
            throw MediumSource.wrong(
                "medium-system", "\(name) is no file system that can be a root",
                "name the unpacked image of a kis, pxe or file system build")
        }
        return SystemImage(type: type, uuid: value("UUID") ?? "")
    }
}

/// Copies an image of ext2, ext3 or ext4 and makes the copy larger.
struct GrowSystemImage: BuildStep {
    var id: String { "grow-system" }
    var bytes: Int64
    var summary: String { "make the system \(SpaceCheck.binarySize(bytes)) large" }
    var reads: [Artifact] { [.mediumSystem, .systemImage] }
    var writes: [Artifact] { [.grownSystem] }
    var tools: [ToolRequirement] {
        ["e2fsck", "resize2fs"].map {
            ToolRequirement($0, package: "e2fsprogs", to: "make the file system larger")
        }
    }

    func run(in workspace: Workspace) async throws {
        let image: SystemImage = try await workspace.value(.systemImage)
        let source = try await workspace.file(.mediumSystem)
        let target = try await workspace.newFile(.grownSystem)
        guard ["ext2", "ext3", "ext4"].contains(image.type) else {
            throw MediumSource.wrong(
                "medium-size", "a system of \(image.type) cannot be made larger here", "leave the size out")
        }
        guard let size = FileSystem.size(of: source), size <= bytes else {
            throw MediumSource.wrong(
                "medium-size", "the system alone has \(FileSystem.size(of: source) ?? 0) bytes",
                "name a larger size, or leave it out")
        }
        try await workspace.runner.run(
            ToolCall("cp", ["--reflink=auto", "--sparse=always", "--", source, target]))
        try FileSystem.extend(target, to: bytes)
        try await workspace.runner.run(ToolCall("e2fsck", ["-f", "-p", target], successCodes: [0, 1]))
        try await workspace.runner.run(ToolCall("resize2fs", [target]))
    }
}
