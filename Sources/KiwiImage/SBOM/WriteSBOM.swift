import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

extension Artifact {
    static let spdxFile = Artifact.file("sbom.spdx.json")
    static let cycloneDXFile = Artifact.file("sbom.cdx.json")
}

extension ResultFile {
    /// The bills of materials that `WriteSBOM` makes, beside every image.
    static func billsOfMaterials(_ image: ResolvedImage) -> [ResultFile] {
        let stem = stem(image)
        return [
            ResultFile("image_sbom_spdx", .spdxFile, name: "\(stem).spdx.json", shasum: false),
            ResultFile("image_sbom_cyclonedx", .cycloneDXFile, name: "\(stem).cdx.json", shasum: false),
        ]
    }
}

/// Writes the bill of materials of an image in both usual formats, from the package database.
public struct WriteSBOM: BuildStep {
    public let id = "sbom"
    public var tree: Artifact
    public var packageManager: Located<String>
    public var image: ImageSummary
    /// Version of this program.
    public var program: String

    public init(tree: Artifact, image: ResolvedImage, options: CreateOptions) {
        self.tree = tree
        packageManager = image.packageManager
        self.image = ImageSummary(image, options: options)
        program = options.program
    }

    private enum CodingKeys: CodingKey { case tree, image, program }

    public var because: Position? { packageManager.position }
    public var summary: String { "write the bill of materials" }
    public var reads: [Artifact] { [tree, .clock, .usedRepositories] }
    public var writes: [Artifact] { [.spdxFile, .cycloneDXFile] }
    public var reusable: Bool { true }
    public var tools: [ToolRequirement] {
        (try? PackageManagerRegistry.manager(named: packageManager))?.tools ?? []
    }

    public func run(in workspace: Workspace) async throws {
        let manager = try PackageManagerRegistry.manager(named: packageManager)
        let (packages, distribution) = try await workspace.withTree(of: tree) { tree in
            (try await manager.installedPackages(in: tree), OSRelease.read(in: tree))
        }
        let bill = BillOfMaterials(
            image: image, program: program, distribution: distribution, packages: packages,
            repositories: try await workspace.value(.usedRepositories),
            clock: try await workspace.value(.clock))
        try await FileSystem.write(bill.spdx.text + "\n", to: workspace.newFile(.spdxFile))
        try await FileSystem.write(bill.cycloneDX.text + "\n", to: workspace.newFile(.cycloneDXFile))
    }
}
