import KiwiDiagnostics
import KiwiToolbox

/// The base image as it is kept in a tree for a later create: `/image/imported_root`.
enum KeptBaseImage {
    static let name = "imported_root"

    static func keep(_ archive: String, in tree: RootTree, clock: Int64) throws {
        let folder = try tree.resolve("/image")
        try FileSystem.makeFolder(folder)
        let path = "\(folder)/\(name)"
        LocalFile.remove(path)
        try LocalFile.copyData(archive, to: path)
        try LocalFile.write("\(try Digest(ofFile: path).hex)  \(name)\n", to: "\(path).sha256")
    }
}

/// Takes the base image from a prepared tree, when it is what it was.
public struct RestoreBaseImage: BuildStep {
    public var tree: Artifact

    public init(tree: Artifact) { self.tree = tree }

    public var id: String { "base-image.restore" }
    public var summary: String { "take the base image from the tree" }
    public var reads: [Artifact] { [tree] }
    public var writes: [Artifact] { [.baseImage, .baseImageDigest] }

    public func run(in workspace: Workspace) async throws {
        let output = try await workspace.newFile(.baseImage)
        try await workspace.withTree(of: tree) { tree in
            let path = try tree.resolve("/image/\(KeptBaseImage.name)")
            guard LocalFile.isFile(path), let sum = LocalFile.readIfPresent("\(path).sha256") else {
                throw problem("the tree does not have /image/\(KeptBaseImage.name) with its .sha256")
            }
            guard
                try sum.split(whereSeparator: \.isWhitespace).first.map(String.init)
                    == Digest(ofFile: path).hex
            else { throw problem("/image/\(KeptBaseImage.name) is not what its checksum says") }
            try LocalFile.linkOrCopy(path, to: output)
        }
        let image = try await BaseImage(archive: output, in: workspace)
        defer { image.remove() }
        try await workspace.set(.baseImageDigest, image.digest)
    }

    private func problem(_ text: String) -> Diagnostic {
        Diagnostic("bad-base-image", text, remedy: "prepare the tree again with 'kiwi system prepare'")
    }
}
